public import Domain

extension Planner {
    /// What ``choice(by:in:limit:allotment:isTier:count:shape:ladder:)`` chose among, for who asks; choosing does none of this.
    ///
    /// - Parameters: As of that function, but:
    ///   - choice: What it chose.
    ///   - tier: The tier whose range it is; `nil` for a request that names a budget alone.
    /// - Returns: Each way to scan with the rerank that is best for this request after it; what is not paid for is shown as it
    ///   would be without a ceiling.
    public func considered(
        for choice: Choice, by frontier: FrontierPlans?, in range: ClosedRange<Int>, limit: CostUnits?,
        allotment: CostUnits? = nil, tier: String?, count: Int, shape: RequestShape, ladder: PrefixLadder
    ) -> PlanExplanation {
        guard choice.expectedRecall != nil,
            let (curves, request, goal) = measured(
                by: frontier, in: range, limit: limit, isTier: tier != nil, count: count, shape: shape, ladder: ladder)
        else {
            return PlanExplanation(
                plans: shipped(in: range, limit: limit, count: count, shape: shape, ladder: ladder),
                reason: whyShipped(frontier))
        }
        let plans = curves.compactMap { curve -> ConsideredPlan? in
            let paid = request.offer(curve, limit: allotment ?? limit, goal: goal)
            guard let offer = paid ?? request.offer(curve, limit: nil, goal: goal) else { return nil }
            return ConsideredPlan(
                plan: request.plan(offer, count), expectedRecall: offer.recall, expectedCost: offer.expected,
                isPaidFor: paid != nil)
        }
        return PlanExplanation(
            plans: plans.sorted {
                ($0.expectedCost, $1.expectedRecall ?? 0) < ($1.expectedCost, $0.expectedRecall ?? 0)
            },
            reason: reason(for: choice, goal: goal, limit: limit, allotment: allotment, tier: tier))
    }

    /// The shipped plans, none of which a request pays for.
    ///
    /// - Parameters: As of ``choice(in:limit:count:shape:ladder:)``.
    /// - Returns: The plans, and that.
    public func consideredInVain(
        in range: ClosedRange<Int>, limit: CostUnits, count: Int, shape: RequestShape, ladder: PrefixLadder
    ) -> PlanExplanation {
        PlanExplanation(
            plans: shipped(in: range, limit: limit, count: count, shape: shape, ladder: ladder), reason: .noneIsPaidFor)
    }

    private func reason(
        for choice: Choice, goal: Double?, limit: CostUnits?, allotment: CostUnits?, tier: String?
    ) -> PlanReason {
        if let tier, let goal, (choice.expectedRecall ?? 0) >= goal - 1e-4 {
            return .cheapestForTier(tier, recall: goal)
        }
        if let allotment { return .mostOfShare(allotment) }
        return limit.map { .mostOf($0) } ?? .most
    }

    private func whyShipped(_ frontier: FrontierPlans?) -> PlanReason {
        guard let frontier else { return .uncalibrated }
        let measured = frontier.frontier.costModel
        return measured == model.revision
            ? .noneMeasuredIsPaidFor : .otherPrices(measured: measured, now: model.revision)
    }

    private func shipped(
        in range: ClosedRange<Int>, limit: CostUnits?, count: Int, shape: RequestShape, ladder: PrefixLadder
    ) -> [ConsideredPlan] {
        range.map { position in
            let plan = templates[position].plan(on: ladder, count: count, lists: shape.lists?.count ?? 0)
            let cost = model.cost(of: plan, for: shape, count: count)
            return ConsideredPlan(
                plan: plan, expectedRecall: nil, expectedCost: cost, isPaidFor: limit.map { cost <= $0 } ?? true)
        }
    }
}
