import Domain
import Planning
import Testing

@Suite("What budgets buy")
struct BudgetOutlookTests {
    private let planner = Planner()
    private let ladder = PrefixLadder.standard
    private let shape = RequestShape(rows: 100_000, userFetches: 1, historyItems: 50)

    private func outlook(_ budgets: [CostUnits], _ plans: FrontierPlans, isTier: Bool) -> [BudgetLine] {
        planner.outlook(
            on: budgets, by: plans, in: 0...3, isTier: isTier, count: 10, shape: shape, ladder: ladder)
    }

    @Test("grows from the least that is answered to all but a thousandth", arguments: 1...20 as ClosedRange<UInt64>)
    func series(seed: UInt64) throws {
        let (plans, isTier) = (FrontierPlannerTests.frontier(adaptive: seed % 3 == 0, seed: seed), seed % 2 == 0)
        let budgets = planner.budgetsWorthwhile(
            by: plans, in: 0...3, isTier: isTier, count: 10, shape: shape, ladder: ladder)
        #expect(budgets.count > 2 && budgets.count <= 12)
        #expect(zip(budgets, budgets.dropFirst()).allSatisfy { $0 < $1 })
        let recalls = try outlook(budgets, plans, isTier: isTier).map {
            let recall = try $0.choice.get().expectedRecall
            return try #require(recall)
        }
        #expect(zip(recalls, recalls.dropFirst()).allSatisfy { $0 <= $1 + 1e-4 })
        let most = try outlook([CostUnits(microunits: .max / 4)], plans, isTier: isTier)[0].choice.get().expectedRecall
        let (last, all) = (try #require(recalls.last), try #require(most))
        #expect(all - last <= 1e-3)
    }

    @Test("is nothing below the floor, and says the floor")
    func floor() throws {
        let plans = FrontierPlannerTests.frontier()
        let floor = try #require(
            planner.budgetsWorthwhile(
                by: plans, in: 0...3, isTier: true, count: 10, shape: shape, ladder: ladder
            ).first)
        let below = CostUnits(microunits: floor.microunits - 1_000_000)
        let lines = outlook([below, floor], plans, isTier: true)
        #expect(throws: PlanError.self) { try lines[0].choice.get() }
        #expect(try lines[1].choice.get().planned <= floor)
    }
}
