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

    /// A way to answer that is always the same: what it finds and costs by a frontier's curves.
    private struct Peer {
        let name: String
        let finds: (RecallCurve) -> (recall: Double, cost: Double)?
    }

    /// What those who set plans by hand would run: a prefix of 64 and 200 reranked, all rows, and lists without a rerank.
    private static func peers(_ model: CostModel, ladder: PrefixLadder) -> [Peer] {
        let (rerank, kept) = (model.rerank(dimensions: ladder.fullLength).units, model.keptRow.units)
        func high(_ curve: RecallCurve) -> Double { max(curve.highScanCost, curve.scanCost).units }
        return [
            Peer(name: "prefix 64, 200 reranked") { curve in
                guard curve.probes == nil, curve.dimensions == 64 else { return nil }
                return (recall(curve, depth: 200), high(curve) + 200 * (rerank + kept))
            },
            Peer(name: "full scan") { curve in
                guard curve.probes == nil else { return nil }
                return (recall(curve, depth: 0), high(curve) + 26 * kept)
            },
            Peer(name: "lists only") { curve in
                guard curve.probes != nil else { return nil }
                return (recall(curve, depth: 0), high(curve) + 26 * kept)
            },
        ]
    }

    @Test("is never below a plan set by hand that the budget pays for, on others' queries")
    func peers() throws {
        let ladder = try PrefixLadder([16, 64, 256])
        let made = ClusteredVectors(items: 21_000, queries: 1_000, dimensions: 256, seed: 9)
        let known = FrontierPlans(try Self.frontier(made, users: Array(0..<500), ladder: ladder))
        let others = try Self.frontier(made, users: Array(500..<1_000), ladder: ladder)
        let curves = others.curves.filter { $0.allowedShare == 1 && $0.count == 10 }
        let shape = RequestShape(
            rows: 21_000, userFetches: 0, historyItems: 0,
            lists: ListShape(count: 500, longest: 200, tailRows: 0, dimensions: 64) { probes, _ in 40 * probes })
        let fixed = (CostModel.shipped.request + 21_000 * CostModel.shipped.maskedRow).units
        var (compared, budget) = (0, 26.0)
        for _ in 0..<24 {
            budget *= 1.12
            let choice = try Planner().choice(
                by: known, in: 0...0, limit: CostUnits(units: 1e6), allotment: CostUnits(units: budget), isTier: false,
                count: 10, shape: shape, ladder: ladder)
            let chosen = curves.first {
                $0.probes == choice.plan.probes && $0.dimensions == choice.plan.scanDimensions
            }
            // A plan that was not measured is one that ships, since none that was is paid for; then no peer may be.
            let found = chosen.map { Self.recall($0, depth: choice.plan.shortlist) } ?? 0
            for peer in Self.peers(.shipped, ladder: ladder) {
                for (recall, cost) in curves.compactMap(peer.finds) where fixed + cost <= budget {
                    compared += 1
                    // No measurement on 500 queries tells less apart.
                    #expect(found >= recall - 0.002, "\(budget): \(choice.plan) against \(peer.name)")
                }
            }
        }
        #expect(compared > 40)
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
