public import Domain

extension Planner {
    /// What a tier's plan may find less than the dearest shipped one: no measurement on 500 users tells them apart.
    static let asGood = 0.002
    /// Share of the recall of the deepest rerank at which one that could still be paid for ends all the same.
    static let enough = 0.995

    /// The plan with the highest expected recall that a budget pays for, as measured on the generation's own queries.
    ///
    /// Without a budget it is the cheapest plan that finds as much as the dearest of the range does. With one, it is the
    /// same if that is paid for, and else the way to scan, and the deepest rerank after it, that finds most.
    ///
    /// - Parameters:
    ///   - frontier: Measured under this planner's cost model; `nil`, or one of another model, chooses among ``templates``.
    ///   - range: Positions in ``templates`` that the tier allows.
    ///   - limit: Ceiling in cost units; `nil` for none but the tier's.
    ///   - allotment: What the request gets of a shared capacity; a price out of ``offers(by:in:limit:isTier:count:shape:ladder:)``.
    ///   - isTier: Whether the range is a tier's, whose dearest plan finds enough; else all that is paid for is worth having.
    ///   - count: Items wanted.
    ///   - shape: The request's counted size.
    ///   - ladder: The generation's ladder.
    /// - Returns: The plan and its price.
    /// - Throws: ``PlanError/budgetTooSmall(budget:floor:plan:)`` when not even the first of the range is paid for.
    /// - Complexity: O(ways to scan); no allocation.
    public func choice(
        by frontier: FrontierPlans?, in range: ClosedRange<Int>, limit: CostUnits?, allotment: CostUnits? = nil,
        isTier: Bool, count: Int, shape: RequestShape, ladder: PrefixLadder
    ) throws(PlanError) -> Choice {
        let shipped = try choice(in: range, limit: limit, count: count, shape: shape, ladder: ladder)
        guard
            let (curves, request, goal) = measured(
                by: frontier, in: range, limit: limit, isTier: isTier, count: count, shape: shape, ladder: ladder)
        else { return shipped }
        var best: Offer?
        for curve in curves {
            guard let offer = request.offer(curve, limit: allotment ?? limit, goal: goal) else { continue }
            if best.map({ offer.isBetter(than: $0) }) ?? true { best = offer }
        }
        guard let best else { return shipped }
        return Choice(
            template: position(of: best.recall, in: range, count, shape, ladder, request, curves),
            plan: request.plan(best, count),
            planned: best.expected, ceiling: allotment ?? limit ?? best.most + model.unusual(for: shape),
            reserve: best.reserve, expectedRecall: best.recall, target: best.target,
            predictor: best.curve.predictor)
    }

    /// What more and more units find for a request, cheapest first: what a shared capacity is shared out by.
    ///
    /// - Parameters: As of ``choice(by:in:limit:allotment:isTier:count:shape:ladder:)``.
    /// - Returns: Never empty but without a frontier of this planner's cost model, or when not even its cheapest is paid for.
    public func offers(
        by frontier: FrontierPlans?, in range: ClosedRange<Int>, limit: CostUnits?, isTier: Bool, count: Int,
        shape: RequestShape, ladder: PrefixLadder
    ) -> [PlanOffer] {
        guard
            let (curves, request, goal) = measured(
                by: frontier, in: range, limit: limit, isTier: isTier, count: count, shape: shape, ladder: ladder)
        else { return [] }
        let all = curves.flatMap { request.steps(of: $0) }
            .sorted { ($0.cost, $1.expectedRecall) < ($1.cost, $0.expectedRecall) }
        var offers: [PlanOffer] = []
        for offer in all where limit.map({ offer.cost <= $0 }) ?? true {
            guard offer.expectedRecall > (offers.last?.expectedRecall ?? -1) + 1e-4 else { continue }
            offers.append(offer)
            if let goal, offer.expectedRecall >= goal { break }
        }
        return offers
    }

    /// What was measured for requests most like this one, what the request pays, and the recall beyond which nothing is gained.
    ///
    /// - Returns: `nil` without a frontier of this planner's cost model.
    func measured(
        by frontier: FrontierPlans?, in range: ClosedRange<Int>, limit: CostUnits?, isTier: Bool, count: Int,
        shape: RequestShape, ladder: PrefixLadder
    ) -> (curves: [RecallCurve], request: RequestCosts, goal: Double?)? {
        guard let frontier, frontier.frontier.costModel == model.revision else { return nil }
        let curves = frontier.curves(count: count, allowedShare: shape.allowedShare)
        guard let first = curves.first else { return nil }
        let request = RequestCosts(
            model: model, shape: shape, ladder: ladder, scale: Double(max(count, 1)) / Double(first.count))
        guard isTier || limit == nil else { return (curves, request, nil) }
        let ceiling = templates[range.upperBound].plan(on: ladder, count: count, lists: shape.lists?.count ?? 0)
        return (curves, request, request.recall(of: ceiling, curves).map { $0 - Self.asGood })
    }

    /// The first plan of the range that finds as much; the last when none does.
    private func position(
        of recall: Double, in range: ClosedRange<Int>, _ count: Int, _ shape: RequestShape, _ ladder: PrefixLadder,
        _ request: RequestCosts, _ curves: [RecallCurve]
    ) -> Int {
        range.first { position in
            let plan = templates[position].plan(on: ladder, count: count, lists: shape.lists?.count ?? 0)
            return request.recall(of: plan, curves).map { $0 >= recall - 1e-4 } ?? false
        } ?? range.upperBound
    }
}
