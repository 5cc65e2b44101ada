import Domain
import OfflineJobs
import Planning
import TestSupport
import Testing

@Suite("A plan chosen by a frontier")
struct FrontierHindsightTests {
    /// Recall after a curve's scan when so many candidates are reranked, between the depths that were measured.
    private static func recall(_ curve: RecallCurve, depth: Int) -> Double {
        let points = curve.fixed
        guard let next = points.firstIndex(where: { $0.depth >= depth }) else { return points[points.count - 1].recall }
        guard next > 0, points[next].depth > depth else { return points[next].recall }
        let (from, to) = (points[next - 1], points[next])
        let share = Double(depth - from.depth) / Double(to.depth - from.depth)
        return from.recall + share * (to.recall - from.recall)
    }

    private static func frontier(_ made: ClusteredVectors, users: [Int], ladder: PrefixLadder) throws -> Frontier {
        func halves(_ table: EmbeddingTable, _ rows: [Int]) -> HalfEmbeddings {
            HalfEmbeddings(
                dimensions: table.dimensions, numbers: rows.map(Int64.init),
                bits: rows.flatMap { table.row($0).map { Float16($0).bitPattern } })
        }
        let measured = try FrontierMeasurement(model: .shipped, queries: 1_000, threads: 2, host: "").frontier(
            ladder: ladder, items: halves(made.items, Array(0..<made.items.count)), users: halves(made.queries, users),
            seen: users.map { _ in [] })
        return try #require(measured)
    }

    @Test("finds within a point of what the best would have found for others, at any budget")
    func hindsight() throws {
        let ladder = try PrefixLadder([4, 8, 16, 96])
        let made = ClusteredVectors(items: 21_000, queries: 1_000, dimensions: 96, seed: 8)
        let known = try Self.frontier(made, users: Array(0..<500), ladder: ladder)
        let others = FrontierPlans(try Self.frontier(made, users: Array(500..<1_000), ladder: ladder))
        let shape = RequestShape(
            rows: 21_000, userFetches: 0, historyItems: 0,
            lists: ListShape(count: 500, longest: 200, tailRows: 0, dimensions: 64) { probes, _ in 40 * probes })
        let budgets = (0..<20).map { 34.0 + 3 * Double($0) }
        var plans: Set<ServingPlan> = []
        for budget in budgets {
            func choice(_ plans: FrontierPlans) throws -> Planner.Choice {
                try Planner().choice(
                    by: plans, in: 0...0, limit: CostUnits(units: 1e6), allotment: CostUnits(units: budget),
                    isTier: false, count: 10, shape: shape, ladder: ladder)
            }
            let (chosen, best) = (try choice(FrontierPlans(known)), try choice(others))
            let curve = try #require(
                others.frontier.curves.first {
                    $0.probes == chosen.plan.probes && $0.dimensions == chosen.plan.scanDimensions
                        && $0.allowedShare == 1 && $0.count == 10
                })
            let found = Self.recall(curve, depth: chosen.plan.shortlist)
            plans.insert(chosen.plan)
            let most = try #require(best.expectedRecall)
            #expect(found >= most - 0.01, "\(budget): \(chosen.plan), \(best.plan)")
        }
        #expect(plans.count >= 10)
    }
}
