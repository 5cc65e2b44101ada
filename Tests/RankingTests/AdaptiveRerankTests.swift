import Domain
import Ranking
import TestSupport
import Testing

@Suite("A rerank until enough is found")
struct AdaptiveRerankTests {
    private static let predictor = RecallPredictor(slope: 0.8, intercept: 0.1, deviation: 0.05, knots: [])

    private static func goal(_ target: Double, count: Int = 10) -> RecallGoal {
        RecallGoal(predictor: predictor, target: target, count: count)
    }

    private static func `case`(seed: UInt64) throws -> (FullVectors, [Float], [Candidate]) {
        let made = ClusteredVectors(items: 400, queries: 1, dimensions: 24, seed: seed)
        let vectors = try FullVectors(made.items)
        let query = made.queries.row(0)
        // As a scan of a prefix leaves them: near the right order, with noise.
        var generator = SeededGenerator(seed: seed)
        let noisy = try vectors.exactSearch(query.span, count: 400).map {
            Candidate(row: $0.row, score: $0.score + 0.05 * generator.gaussian())
        }
        return (vectors, query, noisy.sorted(by: Candidate.ranksBefore))
    }

    @Test("that is never satisfied is a rerank of all", arguments: 0..<5 as Range<UInt64>)
    func whole(seed: UInt64) throws {
        let (vectors, query, shortlist) = try Self.case(seed: seed)
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
        let found = try Reranker(vectors: vectors, model: .shipped)
            .rerank(shortlist, for: query.span, until: Self.goal(2), paying: &meter)
        #expect(found.candidates == (try vectors.exactSearch(query.span, count: 400)))
        #expect(found.estimatedRecall == 1)
        #expect(meter.finish().spent == 400 * CostModel.shipped.rerank(dimensions: 24))
    }

    @Test("goes deeper for a higher target, and finds more in the mean")
    func targets() throws {
        var means: [(depth: Double, recall: Double, estimate: Double)] = []
        for target in [0.5, 0.9, 0.99] {
            var sum = (depth: 0.0, recall: 0.0, estimate: 0.0)
            for seed in 0..<40 as Range<UInt64> {
                let (vectors, query, shortlist) = try Self.case(seed: seed)
                var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
                let found = try Reranker(vectors: vectors, model: .shipped)
                    .rerank(shortlist, for: query.span, until: Self.goal(target), paying: &meter)
                let exact = Set(try vectors.exactSearch(query.span, count: 10).map(\.row))
                sum.depth += Double(meter.finish().lines.first?.rows ?? 0) / 40
                sum.recall += Double(found.candidates.prefix(10).count { exact.contains($0.row) }) / 400
                sum.estimate += found.estimatedRecall / 40
            }
            means.append(sum)
        }
        #expect(means.map(\.depth) == means.map(\.depth).sorted() && means[0].depth < 0.5 * means[2].depth)
        #expect(means.map(\.recall) == means.map(\.recall).sorted() && means[2].recall > 0.95)
        for mean in means { #expect(abs(mean.recall - mean.estimate) < 0.1, "\(mean)") }
    }

    @Test("never spends more than its budget, and keeps what it did not reach", arguments: 0..<50 as Range<UInt64>)
    func staysInBudget(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let (vectors, query, shortlist) = try Self.case(seed: seed)
        let limit = CostUnits(microunits: Int.random(in: 0...50_000_000, using: &generator))
        var meter = CostMeter(budget: CostBudget(limit: limit))
        let found = try Reranker(vectors: vectors, model: .shipped).rerank(
            shortlist, for: query.span, until: Self.goal(Double.random(in: 0...1.1, using: &generator)),
            paying: &meter)
        let statement = meter.finish()
        #expect(statement.spent <= limit)
        let depth = statement.lines.first?.rows ?? 0
        #expect(Array(found.candidates.dropFirst(depth)) == Array(shortlist.dropFirst(depth)))
        #expect(Set(found.candidates.map(\.row)) == Set(shortlist.map(\.row)))
        #expect(0...1 ~= found.estimatedRecall)
    }

    @Test("of nothing finds nothing")
    func nothing() throws {
        let (vectors, query, _) = try Self.case(seed: 1)
        var meter = CostMeter(budget: CostBudget(limit: .zero))
        let found = try Reranker(vectors: vectors, model: .shipped)
            .rerank([], for: query.span, until: Self.goal(0.9), paying: &meter)
        #expect(found.candidates.isEmpty)
    }

    @Test(
        "reads its estimate off a rising line",
        arguments: [(0, 0.25), (0.1, 0.25), (0.3, 0.5), (0.45, 0.7), (1, 0.9)])
    func knots(estimate: Float, recall: Float) {
        let predictor = Self.predictor.with(knots: [
            .init(estimate: 0.1, recall: 0.25), .init(estimate: 0.3, recall: 0.5), .init(estimate: 0.6, recall: 0.9),
        ])
        #expect(abs(predictor.recall(ofEstimate: estimate) - recall) < 1e-6)
    }
}
