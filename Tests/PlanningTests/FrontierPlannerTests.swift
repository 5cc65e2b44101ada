import Domain
import Planning
import TestSupport
import Testing

@Suite("A planner with a frontier")
struct FrontierPlannerTests {
    let planner = Planner()
    let ladder = PrefixLadder.standard

    /// Curves as scans make them: longer prefixes cost more and start higher, depth adds less and less.
    static func frontier(adaptive: Bool = true, costModel: Int = 1, seed: UInt64 = 1) -> FrontierPlans {
        var generator = SeededGenerator(seed: seed)
        let curves = [16, 32, 64].map { dimensions in
            let start = Double.random(in: 0.4...0.7, using: &generator) + Double(dimensions) / 400
            let pace = Double.random(in: 20...200, using: &generator) / Double(dimensions)
            let recall = { (depth: Double) in 1 - (1 - start) / (1 + depth / pace) }
            let model = CostModel.shipped
            let scan = 100_000 * (model.scan(dimensions: dimensions) + model.filteredRow)
            return RecallCurve(
                probes: nil, dimensions: dimensions, allowedShare: 1, count: 10, scanCost: scan, highScanCost: scan,
                fixed: [0, 10, 50, 200, 1_000].map {
                    DepthPoint(depth: $0, recall: recall(Double($0)), ndcg: recall(Double($0)))
                },
                adaptive: adaptive
                    ? [20.0, 60, 150, 900].map {
                        TargetPoint(target: recall($0), depth: $0 / 2, highDepth: $0, recall: recall($0))
                    }
                    : [],
                predictor: adaptive ? RecallPredictor(slope: 1, intercept: 0, deviation: 0.1, knots: []) : nil)
        }
        return FrontierPlans(Frontier(costModel: costModel, host: "", queries: 500, rows: 100_000, curves: curves))
    }

    private let shape = RequestShape(rows: 100_000, userFetches: 1, historyItems: 50)

    private func choice(_ plans: FrontierPlans?, _ limit: Double?, count: Int = 10) throws -> Planner.Choice {
        try planner.choice(
            by: plans, in: 0...4, limit: limit.flatMap { CostUnits(units: $0) }, isTier: false, count: count,
            shape: shape, ladder: ladder)
    }

    @Test("finds more the more it may spend, and never plans more than that", arguments: 1...40 as ClosedRange<UInt64>)
    func monotone(seed: UInt64) throws {
        let plans = Self.frontier(adaptive: seed % 2 == 0, seed: seed)
        var last = 0.0
        for budget in stride(from: 330.0, through: 1_500, by: 7) {
            let choice = try choice(plans, budget)
            let recall = try #require(choice.expectedRecall)
            #expect(recall >= last - 1e-4)
            #expect(choice.planned.units <= budget && choice.ceiling.units <= budget)
            last = recall
        }
    }

    @Test("finds as much as the best of all whole depths", arguments: 1...20 as ClosedRange<UInt64>)
    func best(seed: UInt64) throws {
        let plans = Self.frontier(adaptive: false, seed: seed)
        let model = CostModel.shipped
        let fixed = model.request.units + model.userFetch.units + 100_000 * model.maskedRow.units
        let (kept, rerank) = (model.keptRow.units, model.rerank(dimensions: 256).units)
        for budget in stride(from: 330.0, through: 1_200, by: 31) {
            // The plainest reference: each curve, each depth, between its two points.
            var best = 0.0
            for curve in plans.frontier.curves {
                for depth in 0...1_000 where depth == 0 || depth >= 10 {
                    let row = depth == 0 ? 26 * kept : Double(depth) * (kept + rerank)
                    guard fixed + curve.scanCost.units + row <= budget else { break }
                    best = max(best, Self.recall(curve, at: depth))
                }
            }
            let found = try #require(try choice(plans, budget).expectedRecall)
            #expect(abs(found - best) < 2e-4, "\(budget)")
        }
    }

    private static func recall(_ curve: RecallCurve, at depth: Int) -> Double {
        let points = curve.fixed
        guard let next = points.firstIndex(where: { $0.depth >= depth }) else { return points[points.count - 1].recall }
        guard next > 0, points[next].depth > depth else { return points[next].recall }
        let (from, to) = (points[next - 1], points[next])
        let share = Double(depth - from.depth) / Double(to.depth - from.depth)
        return from.recall + share * (to.recall - from.recall)
    }

    @Test("takes the cheapest way to what a tier's dearest plan finds", arguments: [false, true])
    func tier(adaptive: Bool) throws {
        let plans = Self.frontier(adaptive: adaptive)
        // The dearest plan of standard scans 64 dimensions and reranks 200.
        let wanted = Self.recall(plans.frontier.curves[2], at: 200)
        let choice = try planner.choice(
            by: plans, in: 0...3, limit: nil, isTier: true, count: 10, shape: shape, ladder: ladder)
        let recall = try #require(choice.expectedRecall)
        #expect(abs(recall - wanted) < 0.003, "\(choice)")
        let shipped = planner.templates[3].plan(on: ladder, count: 10)
        #expect(choice.planned < planner.model.cost(of: shipped, for: shape, count: 10))
        #expect(choice.ceiling >= choice.planned)
        #expect((choice.target != nil) == adaptive)
    }

    @Test("reranks as many times more as more items are wanted")
    func scales() throws {
        let plans = Self.frontier(adaptive: false)
        let (few, many) = (try choice(plans, 5_000), try choice(plans, 5_000, count: 30))
        #expect(abs(many.plan.shortlist - 3 * few.plan.shortlist) <= 3)
    }

    @Test("falls back on shipped plans without a frontier, or with one of other prices")
    func fallsBack() throws {
        for plans in [nil, Self.frontier(costModel: 2)] {
            let choice = try choice(plans, 5_000)
            #expect(choice.expectedRecall == nil && choice.target == nil)
            #expect(choice.plan == planner.templates[4].plan(on: ladder, count: 10))
        }
    }

    @Test("says the floor to a budget below it")
    func floor() throws {
        #expect(throws: PlanError.self) { try choice(Self.frontier(), 100) }
    }

    @Test("gives the same plan again and again")
    func repeats() throws {
        let plans = Self.frontier()
        let choices = try (0..<1_000).map { _ in try choice(plans, 777) }
        #expect(Set(choices).count == 1)
    }

    @Test("knows when the catalogue has outgrown its measurement, or shrunk below it")
    func stale() {
        let plans = Self.frontier()
        #expect(!plans.isStale(rows: 80_001) && plans.isStale(rows: 79_999))
        #expect(!plans.isStale(rows: 100_000) && !plans.isStale(rows: 119_999) && plans.isStale(rows: 120_001))
    }
}
