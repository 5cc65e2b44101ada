import Domain
import Planning
import TestSupport
import Testing

@Suite("An explanation of a plan")
struct PlanExplanationTests {
    private let planner = Planner()
    private let ladder = PrefixLadder.standard
    private let shape = RequestShape(rows: 100_000, userFetches: 1, historyItems: 50)

    private func explained(
        _ plans: FrontierPlans?, limit: Double? = nil, allotment: Double? = nil, tier: String? = nil
    ) throws -> (choice: Planner.Choice, explanation: PlanExplanation) {
        let (limit, allotment) = (
            limit.flatMap { CostUnits(units: $0) }, allotment.flatMap { CostUnits(units: $0) }
        )
        let choice = try planner.choice(
            by: plans, in: 0...3, limit: limit, allotment: allotment, isTier: tier != nil, count: 10, shape: shape,
            ladder: ladder)
        return (
            choice,
            planner.considered(
                for: choice, by: plans, in: 0...3, limit: limit, allotment: allotment, tier: tier, count: 10,
                shape: shape, ladder: ladder)
        )
    }

    @Test("has the chosen plan, and none that is paid for and finds more", arguments: 1...20 as ClosedRange<UInt64>)
    func chosen(seed: UInt64) throws {
        let plans = FrontierPlannerTests.frontier(adaptive: seed % 2 == 0, seed: seed)
        for budget in stride(from: 340.0, through: 1_500, by: 61) {
            let (choice, explanation) = try explained(plans, limit: budget)
            let chosen = try #require(explanation.plans.first { $0.plan == choice.plan })
            #expect(chosen.isPaidFor && chosen.expectedCost == choice.planned)
            #expect(chosen.expectedRecall == choice.expectedRecall)
            let paid = explanation.plans.filter(\.isPaidFor)
            #expect(paid.allSatisfy { ($0.expectedRecall ?? 2) <= (choice.expectedRecall ?? 0) + 1e-4 })
            #expect(paid.allSatisfy { $0.expectedCost.units <= budget })
            #expect(explanation.plans.count == plans.frontier.curves.count)
            #expect(explanation.plans.map(\.expectedCost) == explanation.plans.map(\.expectedCost).sorted())
        }
    }

    @Test("shows what is not paid for")
    func unpaid() throws {
        // 100,000 rows of 64 dimensions alone cost 318 units.
        let (_, explanation) = try explained(FrontierPlannerTests.frontier(), limit: 345)
        #expect(explanation.plans.contains { !$0.isPaidFor } && explanation.plans.contains(where: \.isPaidFor))
    }

    @Test("says why")
    func reasons() throws {
        let plans = FrontierPlannerTests.frontier(adaptive: false)
        #expect(
            try explained(plans, limit: 400).explanation.reason.description == "finds most of what 400 units pay for")
        let (choice, explanation) = try explained(plans, tier: "standard")
        let recall = try #require(choice.expectedRecall)
        guard case .cheapestForTier("standard", let promised) = explanation.reason else {
            Issue.record("\(explanation.reason)")
            return
        }
        #expect(abs(promised - recall) < 1e-9)
        #expect(
            try explained(plans, limit: 2_000, allotment: 360).explanation.reason
                == .mostOfShare(CostUnits(microunits: 360_000_000)))
        #expect(PlanReason.cheapestForTier("gold", recall: 0.991).description.hasSuffix("tier gold promises: .991"))
        #expect(PlanReason.cheapestForTier("gold", recall: 0.0123).description.hasSuffix(": .012"))
    }

    @Test("lists the shipped plans where nothing was measured, or by other prices")
    func shipped() throws {
        let (choice, explanation) = try explained(nil, tier: "standard")
        #expect(explanation.reason == .uncalibrated)
        #expect(explanation.plans.map(\.plan) == planner.templates[0...3].map { $0.plan(on: ladder, count: 10) })
        #expect(explanation.plans.allSatisfy { $0.expectedRecall == nil && $0.isPaidFor })
        #expect(explanation.plans.contains { $0.plan == choice.plan })
        let other = try explained(FrontierPlannerTests.frontier(costModel: 2), limit: 400)
        #expect(other.explanation.reason == .otherPrices(measured: 2, now: 1))
        #expect(other.explanation.plans.contains { !$0.isPaidFor })
    }
}
