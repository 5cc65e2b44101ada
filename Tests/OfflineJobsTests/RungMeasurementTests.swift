import Domain
import OfflineJobs
import TestSupport
import Testing

@Suite("A measurement of rungs")
struct RungMeasurementTests {
    @Test("is what the plainest reference finds, whatever the threads", arguments: 0..<8)
    func reference(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let ladder = try PrefixLadder([3, 8, 20])
        // More items than a block holds now and then, and ties: some rows stand twice.
        let count = seed == 0 ? 4_500 : Int.random(in: 30...400, using: &random)
        var rows = (0..<count).map { _ in Self.halves(random.values(20)) }
        for row in stride(from: 1, to: count, by: 9) { rows[row] = rows[row - 1] }
        let asks = Array((0..<count).shuffled(using: &random).prefix(12))
        let isItem = seed % 2 == 0
        let queries = asks.map { isItem ? Self.values(rows[$0]) : random.values(20) }
        let excluded = asks.map { isItem ? $0 : nil }
        let results = [1, 3].map { threads in
            RungMeasurement(
                ladder: ladder, items: rows.flatMap(\.self),
                queries: EmbeddingTable(dimensions: 20, elements: queries.flatMap(\.self)), excluded: excluded,
                shortestWhole: 1, threads: threads)
        }
        #expect(results[0] == results[1])
        let found = results[0]
        #expect(found.k == 10 && found.queries == 12)
        #expect(found.shortlists == Array(Set([100, 200].map { min($0, max(10, count / 10)) })).sorted())
        for rung in found.rungs {
            var sums = [Double](repeating: 0, count: 1 + found.shortlists.count)
            for (query, left) in zip(queries, excluded) {
                let exact = Set(Self.ranking(rows, query, 20, without: left).prefix(10))
                let list = Self.ranking(rows, query, rung.dimensions, without: left)
                for (index, length) in ([10] + found.shortlists).enumerated() {
                    sums[index] += Double(exact.intersection(list.prefix(length)).count) / 10
                }
            }
            let means = sums.map { $0 / Double(queries.count) }
            // Cosines in double precision may part what single precision holds equal, in one query of a dozen.
            for (one, other) in zip([rung.alone.recall] + rung.reranked, means) { #expect(abs(one - other) < 0.01) }
        }
        #expect(found.rungs.last?.alone.recall == 1 && found.rungs.last?.alone.ndcg == 1)
    }

    @Test(
        "lets nested vectors be served from a short rung, and those with their spread at the end by all dimensions only"
    )
    func nested() throws {
        let found = try [false, true].map { isReversed in try Self.measured(reversed: isReversed) }
        #expect(found[0].servableRungs(minimumRecall: 0.9).first == 16)
        #expect(found[1].servableRungs(minimumRecall: 0.9) == [64])
        for rung in found[1].rungs.dropLast() { #expect((rung.reranked.last ?? 1) < 0.9) }
        for (short, long) in zip(found[0].rungs, found[0].rungs.dropFirst()) {
            #expect(short.alone.recall < long.alone.recall)
        }
    }

    @Test("serves a rung only with all longer ones, and the full length always")
    func servable() {
        func measurement(_ recalls: [Double], whole: [Bool]) -> [Int] {
            RungMeasurement(
                rungs: zip([8, 16, 32, 64], zip(recalls, whole)).map { dimensions, rung in
                    MeasuredRung(
                        dimensions: dimensions, alone: RungQuality(dimensions: dimensions, recall: 0, ndcg: 0),
                        reranked: [0, rung.0], isWhole: rung.1)
                }, k: 10, shortlists: [100, 200], queries: 1
            ).servableRungs(minimumRecall: 0.9)
        }
        let whole = [true, true, true, true]
        #expect(measurement([0.9, 0.95, 0.99, 1], whole: whole) == [8, 16, 32, 64])
        #expect(measurement([0.95, 0.8, 0.99, 1], whole: whole) == [32, 64])
        #expect(measurement([0.95, 0.95, 0.89, 1], whole: whole) == [64])
        #expect(measurement([0.95, 0.95, 0.95, 1], whole: [false, true, true, true]) == [16, 32, 64])
        #expect(measurement([0, 0, 0, 0], whole: whole) == [64])
    }

    @Test("takes a shortlist of no more than a tenth of the items")
    func fewItems() throws {
        var random = SeededGenerator(seed: 3)
        for (count, shortlists, k) in [(1, [1], 1), (7, [6], 6), (50, [10], 10), (1_500, [100, 150], 10)] {
            let found = RungMeasurement(
                ladder: try PrefixLadder([4]), items: (0..<count).flatMap { _ in Self.halves(random.values(4)) },
                queries: EmbeddingTable(dimensions: 4, elements: random.values(4)), excluded: [0], shortestWhole: 1,
                threads: 1)
            #expect(found.shortlists == shortlists && found.k == k)
        }
    }

    private static func measured(reversed isReversed: Bool) throws -> RungMeasurement {
        let vectors = ClusteredVectors(items: 3_000, queries: 100, dimensions: 64, seed: 5)
        // Dimension j spreads as its place from the front, or from the end; steeper than trained ones.
        func arranged(_ table: EmbeddingTable) -> [[Float]] {
            (0..<table.count).map { row in
                let scaled = table.row(row).enumerated().map { $1 * (2 / (2 + Float($0))) }
                return isReversed ? scaled.reversed() : scaled
            }
        }
        return RungMeasurement(
            ladder: try PrefixLadder([16, 32, 64]), items: arranged(vectors.items).flatMap(halves),
            queries: EmbeddingTable(dimensions: 64, elements: arranged(vectors.queries).flatMap(\.self)),
            excluded: (0..<100).map { _ in nil }, shortestWhole: 1, threads: 2)
    }

    private static func halves(_ values: [Float]) -> [UInt16] { values.map { Float16($0).bitPattern } }

    private static func values(_ bits: [UInt16]) -> [Float] { bits.map { Float(Float16(bitPattern: $0)) } }

    /// All rows but one by the cosine of prefixes, best first, equal ones by row.
    private static func ranking(
        _ rows: [[UInt16]], _ query: [Float], _ dimensions: Int, without left: Int?
    ) -> [Int] {
        let scores = rows.map { row -> Double in
            let item = values(row).prefix(dimensions).map(Double.init)
            let norm = item.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return zip(item, query).reduce(0) { $0 + $1.0 * Double($1.1) } / norm
        }
        return rows.indices.filter { $0 != left }.sorted { (scores[$0], $1) > (scores[$1], $0) }
    }
}
