import Domain
import Ranking
import TestSupport
import Testing
import VectorKernels

@Suite("A rerank")
struct RerankerTests {
    @Test("of the whole catalogue is an exact search", arguments: 0..<5 as Range<UInt64>)
    func wholeCatalogueIsExact(seed: UInt64) throws {
        let (vectors, query, shortlist) = try Self.case(seed: seed)
        let (items, _) = try Self.rerank(shortlist, vectors, query, affordable: 200)
        #expect(items == (try vectors.exactSearch(query.span, count: 200)))
    }

    @Test("puts what it paid for first, and leaves the rest as it was", arguments: [0, 1, 7, 199, 200])
    func partial(affordable: Int) throws {
        let (vectors, query, shortlist) = try Self.case(seed: 3)
        let (items, statement) = try Self.rerank(shortlist, vectors, query, affordable: affordable)
        let paid = Set(shortlist.prefix(affordable).map(\.row))
        let exact = try vectors.exactSearch(query.span, count: 200).filter { paid.contains($0.row) }
        #expect(Array(items.prefix(affordable)) == exact)
        #expect(Array(items.dropFirst(affordable)) == Array(shortlist.dropFirst(affordable)))
        #expect(statement.spent == affordable * CostModel.shipped.rerank(dimensions: 24))
        #expect(statement.lines.map(\.rowsWanted) == [200])
        #expect(statement.lines.map(\.dimensions) == [24])
    }

    @Test("never spends more than its budget", arguments: 0..<20 as Range<UInt64>)
    func staysInBudget(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (vectors, query, shortlist) = try Self.case(seed: seed)
        let limit = CostUnits(microunits: Int.random(in: 0...30_000_000, using: &generator))
        var meter = CostMeter(budget: CostBudget(limit: limit))
        let items = try Reranker(vectors: vectors, model: .shipped).rerank(shortlist, for: query.span, paying: &meter)
        #expect(meter.finish().spent <= limit)
        #expect(Set(items.map(\.row)) == Set(shortlist.map(\.row)))
    }

    @Test("gives the same bits by every kernel")
    func kernels() throws {
        let (vectors, query, shortlist) = try Self.case(seed: 1)
        let answers = try KernelChoice.supported.map { kernel in
            var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
            return try Reranker(vectors: vectors, model: .shipped)
                .rerank(shortlist, for: query.span, paying: &meter, kernel: kernel)
        }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }

    @Test("orders equal scores by row")
    func ties() throws {
        let vectors = try FullVectors(EmbeddingTable(dimensions: 2, elements: [1, 1, 2, 2, 1, 0, 4, 4]))
        let shortlist = [3, 2, 1, 0].map { Candidate(row: $0, score: 0) }
        let (items, _) = try Self.rerank(shortlist, vectors, [1, 1], affordable: 4)
        #expect(items.map(\.row) == [0, 1, 3, 2])
    }

    @Test("refuses a query without direction before it spends")
    func refuses() throws {
        let (vectors, _, shortlist) = try Self.case(seed: 1)
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
        let reranker = Reranker(vectors: vectors, model: .shipped)
        let zero = [Float](repeating: 0, count: 24)
        let short: [Float] = [1]
        #expect(throws: RankingError.query(.zeroNorm)) {
            try reranker.rerank(shortlist, for: zero.span, paying: &meter)
        }
        #expect(throws: RankingError.query(.wrongLength(expected: 24, found: 1))) {
            try reranker.rerank(shortlist, for: short.span, paying: &meter)
        }
        #expect(meter.finish().spent == .zero)
    }

    /// 200 items, a query, and a shortlist of all of them in a random order.
    private static func `case`(seed: UInt64) throws -> (FullVectors, query: [Float], shortlist: [Candidate]) {
        var generator = SeededGenerator(seed: seed)
        let made = ClusteredVectors(items: 200, queries: 1, dimensions: 24, seed: seed)
        let rows = (0..<200).shuffled(using: &generator)
        let shortlist = rows.enumerated().map { Candidate(row: $1, score: 1 - Float($0) / 200) }
        return (try FullVectors(made.items), made.queries.row(0), shortlist)
    }

    private static func rerank(
        _ shortlist: [Candidate], _ vectors: FullVectors, _ query: [Float], affordable: Int
    ) throws -> ([Candidate], CostStatement) {
        let price = CostModel.shipped.rerank(dimensions: vectors.dimensions)
        // A little more than so many cost, and less than one more.
        let limit = CostUnits(microunits: affordable * price.microunits + price.microunits / 2)
        var meter = CostMeter(budget: CostBudget(limit: limit))
        let items = try Reranker(vectors: vectors, model: .shipped).rerank(shortlist, for: query.span, paying: &meter)
        return (items, meter.finish())
    }
}
