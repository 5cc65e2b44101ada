public import Domain
import VectorKernels

/// Full rankings: each user against every item at every rung, the user's known items left out; no sampling.
public struct MaskedRanking: Sendable {
    private let ladder: PrefixLadder
    private let items: EmbeddingTable
    /// `rungs × items`: one over the norm of each prefix; 0 for a prefix of zeros.
    private let inverseNorms: [Float]
    private let workers: MatrixWorkers

    /// Users that a worker ranks at once.
    static let tile = 128

    /// Prepares rankings of `items`.
    ///
    /// - Parameters:
    ///   - items: Full-length embeddings, one row an item.
    ///   - ladder: Its full length is the items' row length.
    ///   - threads: Share the users; results do not depend on their number.
    public init(items: EmbeddingTable, ladder: PrefixLadder, threads: Int = 1) {
        precondition(items.dimensions == ladder.fullLength, "Rows of \(items.dimensions), a ladder of \(ladder).")
        self.ladder = ladder
        self.items = items
        workers = MatrixWorkers(count: threads)
        var inverseNorms = [Float](repeating: 0, count: ladder.rungs.count * items.count)
        for item in 0..<items.count {
            var squares: Float = 0
            for (rung, step) in ladder.steps.enumerated() {
                let first = item * items.dimensions
                let block = items.elements.span.extracting(first + step.lowerBound..<first + step.upperBound)
                squares += FloatRows.dot(block, block)
                inverseNorms[rung * items.count + item] = squares > 0 ? 1 / squares.squareRoot() : 0
            }
        }
        self.inverseNorms = inverseNorms
    }

    /// The best items of each user at each rung.
    ///
    /// - Parameters:
    ///   - k: Items to keep of each ranking.
    ///   - users: Full-length embeddings, one row a user.
    ///   - hidden: For each user, the rows of items to leave out.
    /// - Returns: For each rung, for each user, at most `k` rows of items; best first, equal scores by lower row.
    public func best(_ k: Int, for users: EmbeddingTable, hiding hidden: [[Int32]]) -> [[[Int32]]] {
        precondition(
            users.dimensions == ladder.fullLength && hidden.count == users.count, "\(hidden.count) hidden lists.")
        let parts = (0..<workers.count).map { _ in WorkerSlot<[[[Int32]]]>([]) }
        workers.run { worker in
            let ranked = best(k, for: users, rows: workers.range(of: worker, rows: users.count), hiding: hidden)
            parts[worker].withLock { $0 = ranked }
        }
        var result = [[[Int32]]](repeating: [], count: ladder.rungs.count)
        for part in parts {
            for (rung, lists) in part.withLock({ $0 }).enumerated() { result[rung].append(contentsOf: lists) }
        }
        return result
    }

    private func best(_ k: Int, for users: EmbeddingTable, rows: Range<Int>, hiding hidden: [[Int32]]) -> [[[Int32]]] {
        var result = [[[Int32]]](repeating: [], count: ladder.rungs.count)
        var products = [Float](repeating: 0, count: min(Self.tile, rows.count) * items.count)
        let dimensions = items.dimensions
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.tile) {
            let tile = first..<min(first + Self.tile, rows.upperBound)
            for (rung, step) in ladder.steps.enumerated() {
                var sum = products.mutableSpan
                MatrixProduct.multiply(
                    users.elements.span,
                    MatrixBlock(
                        rows: tile.count, columns: step.count, offset: first * dimensions + step.lowerBound,
                        stride: dimensions),
                    by: items.elements.span,
                    MatrixBlock(rows: items.count, columns: step.count, offset: step.lowerBound, stride: dimensions),
                    transposesRight: true, keep: rung == 0 ? 0 : 1, into: &sum,
                    MatrixBlock(rows: tile.count, columns: items.count))
                for user in tile {
                    result[rung].append(
                        best(
                            k, products: products, from: (user - first) * items.count, rung: rung, hiding: hidden[user])
                    )
                }
            }
        }
        return result
    }

    /// The best `k` of one user's cosines, up to the user's own norm, which does not change their order.
    private func best(_ k: Int, products: [Float], from offset: Int, rung: Int, hiding hidden: [Int32]) -> [Int32] {
        let hidden = Set(hidden)
        let norms = rung * items.count
        var kept: [Candidate] = []
        kept.reserveCapacity(2 * k + 1)
        var threshold = -Float.infinity
        let productSpan = products.span.extracting(offset..<offset + items.count)
        let normSpan = inverseNorms.span.extracting(norms..<norms + items.count)
        var next = 0
        while let item = FloatRows.firstPosition(above: threshold, productSpan, times: normSpan, from: next) {
            next = item + 1
            guard !hidden.contains(Int32(item)) else { continue }
            let score = productSpan[item] * normSpan[item]
            kept.append(Candidate(row: item, score: score))
            if kept.count >= 2 * k {
                kept.sort(by: Candidate.ranksBefore)
                kept.removeLast(kept.count - k)
                threshold = kept.last?.score ?? threshold
            }
        }
        return kept.sorted(by: Candidate.ranksBefore).prefix(k).map { Int32($0.row) }
    }
}
