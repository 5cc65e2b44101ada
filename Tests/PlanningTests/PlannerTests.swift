import Domain
import Experiments
import Planning
import Testing

@Suite("A planner")
struct PlannerTests {
    let planner = Planner()
    let shape = RequestShape(rows: 100_000, userFetches: 1, historyItems: 50)

    @Test(
        "asks for the tier's ceiling when no budget is named", arguments: TierConfiguration.shipped.tiers.map(\.plans))
    func ceiling(plans: ClosedRange<Int>) throws {
        let choice = try planner.choice(in: plans, limit: nil, count: 10, shape: shape, ladder: .standard)
        #expect(choice.template == plans.upperBound)
    }

    @Test("takes the dearest plan that the budget pays for")
    func dearestAffordable() throws {
        let prices = planner.templates.map {
            planner.model.cost(of: $0.plan(on: .standard, count: 10), for: shape, count: 10)
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

    static let listed = [20_000, 200_000, 1_000_000, 10_000_000].map { rows in
        let lists = ListShape(count: rows / 44, longest: 176, tailRows: rows / 100, dimensions: 128) { probes, _ in
            min(rows / 44, 40 * probes)
        }
        return RequestShape(rows: rows * 5 / 4, userFetches: 1, historyItems: 50, lists: lists)
    }

    @Test("probes lists where there are some, under plans that cost the more the later they come", arguments: listed)
    func probing(shape: RequestShape) throws {
        let lists = try #require(shape.lists)
        let plans = planner.templates.map { $0.plan(on: .standard, count: 10, lists: lists.count) }
        #expect(plans.dropLast().allSatisfy { $0.probes != nil })
        #expect(plans[4].probes == nil)
        let prices = plans.map { planner.model.cost(of: $0, for: shape, count: 10) }
        #expect(prices == prices.sorted())
        let root = Double(lists.count).squareRoot()
        for plan in plans[1...2] {
            let probes = try #require(plan.probes)
            #expect(probes.nonzeroBitCount == 1)
            #expect((0.7...1.42).contains(Double(probes) / root))
        }
        let choice = try planner.choice(in: 0...3, limit: nil, count: 10, shape: shape, ladder: .standard)
        #expect(choice.plan == plans[3] && choice.planned == prices[3])
    }

    @Test("names a plan by what it probes, and by nothing where there are too few lists")
    func probingNames() {
        let template = PlanTemplate.shipped[3]
        #expect(template.plan(on: .standard, count: 10, lists: 22_700).description == "p256-s64-k200-r256")
        #expect(template.plan(on: .standard, count: 10, lists: 23_000).description == "p256-s64-k200-r256")
        #expect(template.plan(on: .standard, count: 10, lists: 3).description == "s64-k200-r256")
    }

    @Test("says the floor when the budget does not pay for it")
    func tooSmall() throws {
        let floor = PlanTemplate.shipped[0].plan(on: .standard, count: 10)
        let price = planner.model.cost(of: floor, for: shape, count: 10)
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
