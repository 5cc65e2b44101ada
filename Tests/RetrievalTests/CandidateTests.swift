import Domain
import Retrieval
import TestSupport
import Testing
import VectorKernels

@Suite("A scan for candidates")
struct CandidateTests {
    @Test("finds what an exact search of the same prefix finds", arguments: 0..<3 as Range<UInt64>)
    func recall(seed: UInt64) throws {
        let made = ClusteredVectors(items: 6_000, queries: 20, dimensions: 64, seed: seed)
        let index = try IndexSnapshot(ladder: PrefixLadder([16, 32, 64]), embeddings: made.items)
        // These clusters give 0.985 to 0.995 at 64 and 32 dimensions, 0.975 to 0.995 at 16: rounding to bytes costs a
        // neighbour here and there.
        for (dimensions, floor) in [(64, 0.975), (32, 0.975), (16, 0.96)] {
            var found = 0
            for query in 0..<20 {
                let exact = Self.exact(made, query: query, dimensions: dimensions).prefix(10)
                let candidates = try index.scan(made.queries.row(query), dimensions: dimensions, count: 10)
                found += Set(candidates.map(\.row)).intersection(exact.map(\.row)).count
            }
            #expect(Double(found) / 200 >= floor, "recall@10 at \(dimensions) dimensions")
        }
    }

    @Test("scores by the cosine of the prefix", arguments: [16, 32, 64])
    func cosines(dimensions: Int) throws {
        let made = ClusteredVectors(items: 300, queries: 1, dimensions: 64, seed: 9)
        let index = try IndexSnapshot(ladder: PrefixLadder([16, 32, 64]), embeddings: made.items)
        let exact = Self.exact(made, query: 0, dimensions: dimensions)
        let scores = Dictionary(uniqueKeysWithValues: exact.map { ($0.row, $0.score) })
        let candidates = try index.scan(made.queries.row(0), dimensions: dimensions, count: 300)
        #expect(candidates.count == 300)
        #expect(candidates.allSatisfy { abs($0.score - (scores[$0.row] ?? 9)) < 0.02 })
        #expect(zip(candidates, candidates.dropFirst()).allSatisfy(Candidate.ranksBefore))
    }

    @Test("gives the same bits by every kernel and for every number wanted", arguments: [1, 10, 1_000, 9_999])
    func kernels(count: Int) throws {
        let made = ClusteredVectors(items: 9_000, queries: 1, dimensions: 48, seed: 2)
        let index = try IndexSnapshot(ladder: PrefixLadder([16, 48]), embeddings: made.items)
        let query = made.queries.row(0)
        let all = try index.scan(query, dimensions: 48, count: 9_000, kernel: .scalar)
        for kernel in KernelChoice.supported {
            let found = try index.scan(query, dimensions: 48, count: count, kernel: kernel)
            #expect(found == Array(all.prefix(count)))
        }
    }

    @Test("does not depend on the order of arrival but for ties")
    func order() throws {
        let made = ClusteredVectors(items: 500, queries: 1, dimensions: 16, seed: 4)
        let reversed = (0..<500).reversed().flatMap { made.items.row($0) }
        let ladder = try PrefixLadder([16])
        let forwards = try IndexSnapshot(ladder: ladder, embeddings: made.items)
        let backwards = try IndexSnapshot(
            ladder: ladder, embeddings: EmbeddingTable(dimensions: 16, elements: reversed))
        let left = try forwards.scan(made.queries.row(0), dimensions: 16, count: 500)
        let right = try backwards.scan(made.queries.row(0), dimensions: 16, count: 500)
        #expect(left.map(\.score) == right.map(\.score))
        let scores = Dictionary(uniqueKeysWithValues: right.map { (499 - $0.row, $0.score) })
        #expect(left.allSatisfy { scores[$0.row] == $0.score })
    }

    @Test("refuses an untrained prefix and a query without direction")
    func refuses() throws {
        let made = ClusteredVectors(items: 10, queries: 1, dimensions: 8, seed: 1)
        let index = try IndexSnapshot(ladder: PrefixLadder([4, 8]), embeddings: made.items)
        let query = made.queries.row(0)
        #expect(throws: RetrievalError.prefix(.untrainedPrefix(requested: 6, trained: [4, 8]))) {
            try index.scan(query, dimensions: 6, count: 1)
        }
        #expect(throws: RetrievalError.query(.wrongLength(expected: 8, found: 4))) {
            try index.scan(Array(query.prefix(4)), dimensions: 4, count: 1)
        }
        #expect(throws: RetrievalError.query(.zeroNorm)) {
            try index.scan([0, 0, 0, 0, 1, 1, 1, 1], dimensions: 4, count: 1)
        }
        #expect(throws: RetrievalError.query(.notFinite)) {
            try index.scan([.nan, 0, 0, 0, 1, 1, 1, 1], dimensions: 4, count: 1)
        }
    }

    @Test("of no rows, or for none, is empty")
    func nothing() throws {
        let ladder = try PrefixLadder([2])
        let empty = try IndexSnapshot(ladder: ladder, embeddings: EmbeddingTable(dimensions: 2, elements: []))
        #expect(try empty.scan([1, 0], dimensions: 2, count: 5).isEmpty)
        let one = try IndexSnapshot(ladder: ladder, embeddings: EmbeddingTable(dimensions: 2, elements: [3, 4]))
        #expect(try one.scan([1, 0], dimensions: 2, count: 0).isEmpty)
        #expect(try one.scan([1, 0], dimensions: 2, count: 5).map(\.row) == [0])
    }

    /// All rows by the cosine of a prefix, in double precision, best first.
    private static func exact(_ made: ClusteredVectors, query: Int, dimensions: Int) -> [Candidate] {
        let query = made.queries.row(query).prefix(dimensions).map(Double.init)
        return (0..<made.items.count).map { row in
            let item = made.items.row(row).prefix(dimensions).map(Double.init)
            let product = zip(item, query).reduce(0) { $0 + $1.0 * $1.1 }
            let norms = item.reduce(0) { $0 + $1 * $1 } * query.reduce(0) { $0 + $1 * $1 }
            return Candidate(row: row, score: Float(product / norms.squareRoot()))
        }.sorted(by: Candidate.ranksBefore)
    }
}

extension IndexSnapshot {
    /// Scans with a budget that pays for everything.
    func scan(
        _ query: [Float], dimensions: Int, count: Int, mask: RowMask? = nil, kernel: KernelChoice = .current
    ) throws(RetrievalError) -> [Candidate] {
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
        let found = try candidates(
            for: query.span, dimensions: dimensions, count: count, mask: mask, model: .shipped, paying: &meter,
            kernel: kernel)
        _ = meter.finish()
        return found
    }
}
