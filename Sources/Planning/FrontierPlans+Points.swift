public import Domain

extension FrontierPlans {
    /// The plans that no other beats: those that find more than every cheaper one, cheapest first.
    ///
    /// - Parameters:
    ///   - model: Prices of work, those of the frontier.
    ///   - ladder: The generation's.
    ///   - count: Items of an answer.
    ///   - allowedShare: Share of the rows that is allowed.
    /// - Returns: Each finds more than the one before, and costs more.
    public func points(
        model: CostModel, ladder: PrefixLadder, count: Int = 10, allowedShare: Double = 1
    ) -> [FrontierPoint] {
        let price = model.rerank(dimensions: ladder.fullLength)
        let all = curves(count: count, allowedShare: allowedShare).flatMap { curve in
            curve.fixed.map { point in
                let plan = ServingPlan(
                    probes: curve.probes, scanAtLeast: curve.dimensions, shortlist: point.depth, ladder: ladder)
                return FrontierPoint(
                    plan: plan.description, recall: point.recall, ndcg: point.ndcg,
                    cost: curve.scanCost + plan.candidates(for: curve.count) * model.keptRow + point.depth * price)
            }
        }
        var best: [FrontierPoint] = []
        for point in all.sorted(by: { ($0.cost, $1.recall) < ($1.cost, $0.recall) })
        where best.last.map({ point.recall > $0.recall + 1e-9 }) ?? true { best.append(point) }
        return best
    }
}
