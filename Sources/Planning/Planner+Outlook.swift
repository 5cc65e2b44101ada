public import Domain

/// What one budget buys.
public struct BudgetLine: Sendable {
    public let budget: CostUnits
    /// What a request with this budget gets, or that it is refused.
    public let choice: Result<Planner.Choice, PlanError>
}

extension Planner {
    /// What each of some budgets buys.
    ///
    /// - Parameters: As of ``choice(by:in:limit:allotment:isTier:count:shape:ladder:)``, but:
    ///   - budgets: Ceilings of a request.
    /// - Returns: A line a budget, in their order.
    public func outlook(
        on budgets: [CostUnits], by frontier: FrontierPlans, in range: ClosedRange<Int>, isTier: Bool, count: Int,
        shape: RequestShape, ladder: PrefixLadder
    ) -> [BudgetLine] {
        budgets.map { budget in
            BudgetLine(
                budget: budget,
                choice: Result { () throws(PlanError) in
                    try choice(
                        by: frontier, in: range, limit: budget, isTier: isTier, count: count, shape: shape,
                        ladder: ladder)
                })
        }
    }

    /// Budgets worth looking at: from the least that is answered to the least that finds all but a thousandth of what any does,
    /// in whole units; their distances from the floor are a geometric series.
    ///
    /// - Parameters: As of ``choice(by:in:limit:allotment:isTier:count:shape:ladder:)``, but:
    ///   - steps: Budgets at most, but for the first.
    /// - Returns: Ascending, one at least.
    public func budgetsWorthwhile(
        by frontier: FrontierPlans, in range: ClosedRange<Int>, isTier: Bool, count: Int, shape: RequestShape,
        ladder: PrefixLadder, steps: Int = 10
    ) -> [CostUnits] {
        func recall(_ units: Int) -> Double? {
            let limit = CostUnits(microunits: units * 1_000_000)
            let line = outlook(
                on: [limit], by: frontier, in: range, isTier: isTier, count: count, shape: shape, ladder: ladder)
            guard case .success(let choice) = line.first?.choice else { return nil }
            return choice.expectedRecall
        }
        let floor = model.cost(
            of: templates[range.lowerBound].plan(on: ladder, count: count, lists: shape.lists?.count ?? 0), for: shape,
            count: count
        ).wholeUnits
        var last = 1_000_000_000_000
        guard let all = recall(last) else { return [CostUnits(microunits: floor * 1_000_000)] }
        // The recall of what is chosen never falls with the budget.
        var below = floor - 1
        while last - below > 1 {
            let middle = below + (last - below) / 2
            if recall(middle).map({ $0 >= all - 1e-3 }) ?? false { last = middle } else { below = middle }
        }
        // floor + a, floor + ar, floor + ar², …, last
        var (budgets, distance) = ([last], Double(last - floor) / Self.growth)
        for _ in 0..<steps where distance >= 0.5 {
            let budget = floor + Int(distance.rounded())
            // One that buys no more than the next below it is not worth a line.
            if let dearest = budgets.last, budget < dearest, recall(budget) != recall(dearest) {
                budgets.append(budget)
            }
            distance /= Self.growth
        }
        if let least = budgets.last, floor < least { budgets.append(floor) }
        return budgets.reversed().map { CostUnits(microunits: $0 * 1_000_000) }
    }

    /// How many times as far from the floor each budget is as the one before.
    private static let growth = 1.5
}
