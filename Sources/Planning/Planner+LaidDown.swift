public import Domain

extension Planner {
    /// A plan that a tier lays down, with its price.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - frontier: Tells what it finds, where it was measured under this planner's cost model.
    ///   - limit: Ceiling in cost units; `nil` for none.
    ///   - count: Items wanted.
    ///   - shape: The request's counted size.
    ///   - ladder: The generation's ladder.
    /// - Returns: `nil` when `limit` does not pay for it.
    public func choice(
        layingDown plan: ServingPlan, by frontier: FrontierPlans?, limit: CostUnits?, count: Int, shape: RequestShape,
        ladder: PrefixLadder
    ) -> Choice? {
        let planned = model.cost(of: plan, for: shape, count: count)
        guard limit.map({ planned <= $0 }) ?? true else { return nil }
        let measured = measured(
            by: frontier, in: 0...templates.count - 1, limit: limit, isTier: true, count: count, shape: shape,
            ladder: ladder)
        return Choice(
            template: templates.count - 1, plan: plan, planned: planned,
            ceiling: limit ?? planned + model.unusual(for: shape),
            reserve: model.mask(for: shape) + model.scan(by: plan, of: shape, count: count),
            expectedRecall: measured.flatMap { $0.request.recall(of: plan, $0.curves) })
    }
}
