import Domain
import Evaluation
import Training
import VectorKernels

/// What two generations find together while the new one has embedded some of the items, at each rung.
///
/// Items that have both vectors are dealt out at random: some count as embedded, and the others' new vectors are used for
/// nothing but the ranking that all else is compared with.
struct BridgeMeasurement {
    /// Two generations' vectors, row by row of the same items and users.
    struct Pairs {
        let ladder: PrefixLadder
        let items: (old: EmbeddingTable, new: EmbeddingTable)
        let users: (old: EmbeddingTable, new: EmbeddingTable)
        /// For each user, rows of items that are not shown, and of those that were wanted.
        let hidden: [[Int32]]
        let wanted: [Set<Int32>]
    }

    /// A share of the items that counts as embedded.
    private struct Part {
        let isNew: [Bool]
        /// The old items in the new one's axes; `nil` where too few pairs are there to fit that.
        let mapped: EmbeddingTable?
        /// Embedded items by which the scores of both are compared.
        let sample: [Int]
    }

    static let k = 10
    private static let tile = 64
    /// Items by which scores are aligned, at most.
    private static let sample = 1_000

    private let pairs: Pairs
    private let parts: [Part]
    private let inverseNorms: (old: [Float], new: [Float])
    /// A line a part and a way, those of a part together; then the whole.
    private(set) var lines: [BridgeReport.Line]
    private(set) var whole: [Double]

    /// Measures.
    ///
    /// - Parameters:
    ///   - pairs: Of one item and one user at least.
    ///   - shares: Shares of the items that count as embedded, from 0 to 1.
    ///   - seed: Deals them out.
    /// - Throws: ``Training/GenerationBridgeError`` where no share has pairs enough; when the task is cancelled.
    init(_ pairs: Pairs, shares: [Double], seed: UInt64) throws {
        let count = pairs.items.new.count
        var (order, generator) = (Array(0..<count), SeededGenerator(seed: seed))
        generator.drawToFront(count, of: &order)
        var (parts, refusal) = ([Part](), GenerationBridgeError?.none)
        for share in shares {
            let embedded = Array(order.prefix(Int(share * Double(count))))
            var isNew = [Bool](repeating: false, count: count)
            for row in embedded { isNew[row] = true }
            var mapped: EmbeddingTable?
            do throws(GenerationBridgeError) {
                let bridge = try GenerationBridge(
                    from: Self.rows(embedded, of: pairs.items.old), to: Self.rows(embedded, of: pairs.items.new),
                    ladder: pairs.ladder)
                mapped = bridge.mapped(pairs.items.old)
            } catch {
                refusal = error
            }
            parts.append(Part(isNew: isNew, mapped: mapped, sample: Array(embedded.prefix(Self.sample))))
        }
        if let refusal, parts.allSatisfy({ $0.mapped == nil }) { throw refusal }
        self.pairs = pairs
        self.parts = parts
        inverseNorms = (
            Self.inverseNorms(pairs.items.old, pairs.ladder), Self.inverseNorms(pairs.items.new, pairs.ladder)
        )
        let zeros = [Double](repeating: 0, count: pairs.ladder.rungs.count)
        whole = zeros
        lines = zip(shares, parts).flatMap { share, part in
            BridgeReport.Way.allCases.filter { $0 != .mapped || part.mapped != nil }.map {
                BridgeReport.Line(share: share, way: $0, recall: zeros, overlap: zeros)
            }
        }
        let users = pairs.users.new.count
        for first in stride(from: 0, to: users, by: Self.tile) {
            try Task.checkCancellation()
            measure(first..<min(users, first + Self.tile))
        }
        for rung in whole.indices {
            whole[rung] /= Double(users)
            for line in lines.indices {
                lines[line].recall[rung] /= Double(users)
                lines[line].overlap[rung] /= Double(users)
            }
        }
    }

    /// Adds what some users find, rung by rung: a longer prefix's products are those of the shorter and its own step's.
    private mutating func measure(_ users: Range<Int>) {
        let zeros = [Float](repeating: 0, count: users.count * pairs.items.new.count)
        var (new, old) = (zeros, zeros)
        var mapped = parts.map { $0.mapped == nil ? [] : zeros }
        for (rung, step) in pairs.ladder.steps.enumerated() {
            add(&new, pairs.users.new, users, pairs.items.new, step)
            add(&old, pairs.users.old, users, pairs.items.old, step)
            for (index, part) in parts.enumerated() {
                if let table = part.mapped { add(&mapped[index], pairs.users.new, users, table, step) }
            }
            for user in users { judge(user, user - users.lowerBound, rung, new, old, mapped) }
        }
    }

    private func add(
        _ sums: inout [Float], _ users: EmbeddingTable, _ rows: Range<Int>, _ items: EmbeddingTable, _ step: Range<Int>
    ) {
        var span = sums.mutableSpan
        MatrixProduct.multiply(
            users.elements.span,
            MatrixBlock(
                rows: rows.count, columns: step.count, offset: rows.lowerBound * users.dimensions + step.lowerBound,
                stride: users.dimensions),
            by: items.elements.span,
            MatrixBlock(rows: items.count, columns: step.count, offset: step.lowerBound, stride: items.dimensions),
            transposesRight: true, keep: 1, into: &span, MatrixBlock(rows: rows.count, columns: items.count))
    }

    /// Adds what one user finds at one rung; users' own norms change no order, and are left out.
    private mutating func judge(
        _ user: Int, _ row: Int, _ rung: Int, _ new: [Float], _ old: [Float], _ mapped: [[Float]]
    ) {
        let count = pairs.items.new.count
        let (scores, norms) = (row * count..<(row + 1) * count, rung * count..<(rung + 1) * count)
        var newScores = zip(new[scores], inverseNorms.new[norms]).map { $0 * $1 }
        let oldScores = zip(old[scores], inverseNorms.old[norms]).map { $0 * $1 }
        let aligned = parts.map { part in
            BridgedScores(old: part.sample.map { oldScores[$0] }, new: part.sample.map { newScores[$0] })
        }
        var isHidden = [Bool](repeating: false, count: count)
        for item in pairs.hidden[user] { (isHidden[Int(item)], newScores[Int(item)]) = (true, -.infinity) }
        let exact = Self.best(of: newScores)
        whole[rung] += recall(exact, user)
        var line = 0
        for (index, part) in parts.enumerated() {
            for way in BridgeReport.Way.allCases {
                var merged = newScores
                switch way {
                case .leftOut:
                    for item in 0..<count where !part.isNew[item] { merged[item] = -.infinity }
                case .ownTower:
                    for item in 0..<count where !part.isNew[item] && !isHidden[item] {
                        merged[item] = aligned[index].aligned(oldScores[item])
                    }
                case .mapped:
                    guard part.mapped != nil else { continue }
                    // What is turned keeps its length.
                    for item in 0..<count where !part.isNew[item] && !isHidden[item] {
                        merged[item] =
                            mapped[index][scores.lowerBound + item] * inverseNorms.old[norms.lowerBound + item]
                    }
                }
                let list = Self.best(of: merged)
                lines[line].recall[rung] += recall(list, user)
                lines[line].overlap[rung] +=
                    Double(Set(list).intersection(exact).count) / Double(max(1, exact.count))
                line += 1
            }
        }
    }

    private func recall(_ list: [Int32], _ user: Int) -> Double {
        RankingMetrics(ranking: list, relevant: pairs.wanted[user], k: Self.k)?.recall ?? 0
    }

    private static func best(of scores: [Float]) -> [Int32] {
        var best = TopK(capacity: k)
        for row in scores.indices where scores[row] > -.infinity && scores[row] >= best.threshold {
            best.consider(row: row, score: scores[row])
        }
        return best.ranked().map { Int32($0.row) }
    }

    private static func rows(_ rows: [Int], of table: EmbeddingTable) -> EmbeddingTable {
        EmbeddingTable(dimensions: table.dimensions, elements: rows.flatMap { table.elements[table.range(of: $0)] })
    }

    /// `rungs × items`: one over the norm of each prefix; 0 for a prefix of zeros.
    private static func inverseNorms(_ items: EmbeddingTable, _ ladder: PrefixLadder) -> [Float] {
        var result = [Float](repeating: 0, count: ladder.rungs.count * items.count)
        for item in 0..<items.count {
            var squares: Float = 0
            for (rung, step) in ladder.steps.enumerated() {
                let first = item * items.dimensions
                let block = items.elements.span.extracting(first + step.lowerBound..<first + step.upperBound)
                squares += FloatRows.dot(block, block)
                result[rung * items.count + item] = squares > 0 ? 1 / squares.squareRoot() : 0
            }
        }
        return result
    }
}
