import Domain
import Experiments
import Planning
import Testing

@Suite("A planner")
struct PlannerTests {
    let planner = Planner()
    let shape = RequestShape(rows: 100_000, filteredRows: 100_000, userFetches: 1, historyItems: 50)

    @Test("asks for the tier's ceiling when no budget is named", arguments: TierCatalogue.shipped.tiers)
    func ceiling(tier: ServingTier) throws {
        let choice = try planner.choice(in: tier.plans, limit: nil, count: 10, shape: shape, ladder: .standard)
        #expect(choice.template == tier.plans.upperBound)
    }

    @Test("takes the dearest plan that the budget pays for")
    func dearestAffordable() throws {
        let prices = planner.templates.map {
            planner.model.cost(of: $0.plan(on: .standard, count: 10), for: shape)
        }
        #expect(prices == prices.sorted())
        for (position, price) in prices.enumerated() {
            let exact = try planner.choice(in: 0...4, limit: price, count: 10, shape: shape, ladder: .standard)
            #expect(exact.template == position)
            #expect(exact.planned == price)
            guard position > 0 else { continue }
            let less = CostUnits(microunits: price.microunits - 1)
            let below = try planner.choice(in: 0...4, limit: less, count: 10, shape: shape, ladder: .standard)
            #expect(below.template == position - 1)
        }
    }

    @Test("says the floor when the budget does not pay for it")
    func tooSmall() throws {
        let floor = PlanTemplate.shipped[0].plan(on: .standard, count: 10)
        let price = planner.model.cost(of: floor, for: shape)
        #expect(throws: PlanError.budgetTooSmall(budget: .zero, floor: price, plan: floor)) {
            try planner.choice(in: 0...3, limit: .zero, count: 10, shape: shape, ladder: .standard)
        }
    }

    @Test(
        "fits its plans to the ladder",
        arguments: [([8, 24], ["s24", "s24-k200-r24"]), ([64], ["s64", "s64-k200-r64"])])
    func ladders(rungs: [Int], names: [String]) throws {
        let ladder = try PrefixLadder(rungs)
        let plans = [PlanTemplate.shipped[1], PlanTemplate.shipped[3]].map {
            $0.plan(on: ladder, count: 10).description
        }
        #expect(plans == names)
    }

    @Test("keeps a shortlist twice as long as the answer")
    func longAnswers() {
        #expect(PlanTemplate.shipped[2].plan(on: .standard, count: 400).shortlist == 800)
        #expect(PlanTemplate.shipped[1].plan(on: .standard, count: 400).shortlist == 0)
    }
}

@Suite("The shipped tiers")
struct TierCatalogueTests {
    let tiers = TierCatalogue.shipped

    @Test("differ in the best plan they reach")
    func differ() {
        #expect(Set(tiers.tiers.map(\.plans.upperBound)).count == tiers.tiers.count)
        #expect(tiers.allPlans == 0...PlanTemplate.shipped.count - 1)
    }

    @Test(
        "book a plan under the cheapest tier that reaches it",
        arguments: [(0, "economy"), (2, "standard"), (4, "premium")])
    func booking(plan: Int, tier: String) {
        #expect(tiers.tier(reaching: plan)?.name == tier)
    }

    @Test("hold the default")
    func defaultTier() {
        #expect(tiers.tier(named: tiers.defaultTier) != nil)
        #expect(tiers.tier(named: "gold") == nil)
    }
}
