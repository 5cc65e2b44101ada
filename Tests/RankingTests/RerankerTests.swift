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

    @Test("through a funnel keeps the best of each prefix, at the price of the dimensions that each adds")
    func funnel() throws {
        let (vectors, query, shortlist) = try Self.case(seed: 4)
        let funnel = [FunnelStep(dimensions: 8, keep: 60), FunnelStep(dimensions: 16, keep: 20)]
        for kernel in KernelChoice.supported {
            var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: 1 << 60)))
            let found = try Reranker(vectors: vectors, model: .shipped)
                .rerank(shortlist, for: query.span, through: funnel, paying: &meter, kernel: kernel)
            let by8 = try Self.prefixOrder(vectors, query, shortlist, 8)
            let by16 = try Self.prefixOrder(vectors, query, Array(by8.prefix(60)), 16)
            let full = try vectors.exactSearch(query.span, count: 200)
            let kept = Set(by16.prefix(20).map(\.row))
            let best = full.filter { kept.contains($0.row) }
            #expect(found.prefix(20).map(\.row) == best.map(\.row))
            // Sums of steps are rounded at each step.
            #expect(zip(found, best).allSatisfy { abs($0.score - $1.score) < 1e-6 })
            #expect(found[20..<60].map(\.row) == by16.dropFirst(20).map(\.row))
            #expect(found[60...].map(\.row) == by8.dropFirst(60).map(\.row))
            let model = CostModel.shipped
            let spent = 280 * model.rerank(dimensions: 8)
            #expect(meter.finish().spent == spent)
            let plan = try ServingPlan(
                scanDimensions: 4, shortlist: 200, middle: funnel, ladder: PrefixLadder([4, 8, 16, 24]))
            #expect(model.funnel(of: plan, 10_000) == spent)
        }
    }

    @Test("through a funnel never spends more than its budget, and loses nobody", arguments: 0..<40 as Range<UInt64>)
    func funnelBudget(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (vectors, query, shortlist) = try Self.case(seed: seed)
        let limit = CostUnits(microunits: Int.random(in: 0...30_000_000, using: &generator))
        let funnel = [FunnelStep(dimensions: 8, keep: Int.random(in: 1...250, using: &generator))]
        var meter = CostMeter(budget: CostBudget(limit: limit))
        let items = try Reranker(vectors: vectors, model: .shipped)
            .rerank(shortlist, for: query.span, through: funnel, paying: &meter)
        #expect(meter.finish().spent <= limit)
        #expect(items.count == shortlist.count && Set(items.map(\.row)) == Set(shortlist.map(\.row)))
    }

    /// Candidates in the order of the cosine of a prefix, from the vectors' values.
    private static func prefixOrder(
        _ vectors: FullVectors, _ query: [Float], _ candidates: [Candidate], _ length: Int
    ) throws -> [Candidate] {
        candidates.map { candidate in
            let row = vectors.embedding(ofRow: candidate.row).prefix(length)
            let dot = zip(row, query).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            let squares = row.reduce(0) { $0 + Double($1) * Double($1) }
            let querySquares = query.prefix(length).reduce(0) { $0 + Double($1) * Double($1) }
            return Candidate(row: candidate.row, score: Float(dot / (squares * querySquares).squareRoot()))
        }.sorted(by: Candidate.ranksBefore)
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
