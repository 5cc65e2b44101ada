import Domain

/// What a request pays, whatever its plan, and for each part of one.
struct RequestCosts {
    private let model: CostModel
    private let shape: RequestShape
    private let ladder: PrefixLadder
    /// Items wanted for each that the curves were measured with.
    private let scale: Double
    private let fixed: CostUnits
    private let mask: CostUnits
    /// What scoring one candidate costs, and having its vector.
    private let rerank: CostUnits
    /// What each candidate costs that is kept for the rerank and reranked.
    private let row: CostUnits

    init(model: CostModel, shape: RequestShape, ladder: PrefixLadder, scale: Double) {
        self.model = model
        self.shape = shape
        self.ladder = ladder
        self.scale = scale
        fixed = model.fixedCost(for: shape)
        mask = model.mask(for: shape)
        rerank = model.rerank(dimensions: ladder.fullLength) + model.fetchedRow(from: shape.vectors)
        row = rerank + model.keptRow
    }

    /// Expected recall of a shipped plan; `nil` when its scan was not measured.
    func recall(of plan: ServingPlan, _ curves: [RecallCurve]) -> Double? {
        for curve in curves where curve.probes == plan.probes && curve.dimensions == plan.scanDimensions {
            return curve.recall(depth: Double(plan.shortlist) / scale)
        }
        return nil
    }

    /// What a curve offers.
    ///
    /// - Parameters:
    ///   - curve: A way to scan, measured.
    ///   - limit: Ceiling of all that the request pays; `nil` for none.
    ///   - goal: Recall beyond which nothing is gained.
    /// - Returns: The deepest rerank worth its price; `nil` when not even the scan is paid for, or its lists are gone.
    func offer(_ curve: RecallCurve, limit: CostUnits?, goal: Double?) -> Offer? {
        if let probes = curve.probes, shape.lists.map({ probes >= $0.count }) ?? true { return nil }
        let growth = grown(curve)
        let wanted = scale * Double(curve.count)
        let unranked =
            ServingPlan(scanAtLeast: curve.dimensions, shortlist: 0, ladder: ladder)
            .candidates(for: Int(wanted.rounded(.up))) * model.keptRow
        let (base, scan) = (fixed + curve.scanCost + growth, max(curve.highScanCost, curve.scanCost) + growth)
        let high = fixed + scan
        guard limit.map({ high + unranked <= $0 }) ?? true else { return nil }
        let roundTrip = model.roundTrip(to: shape.vectors)
        var deepest = Int((Double(curve.deepest) * scale).rounded(.down))
        if let limit {
            let left = limit.microunits - high.microunits - roundTrip.microunits
            deepest = left < 0 ? 0 : min(deepest, left / max(row.microunits, 1))
        }
        // A rerank of fewer than are wanted puts nothing in order that the scan had not.
        if Double(deepest) < wanted { deepest = 0 }
        let fetched = shape.vectors != .memory
        func made(_ depth: Int, _ mean: Double, _ target: Double?, _ recall: Double) -> Offer {
            let (trip, kept) = depth > 0 ? (roundTrip, depth * model.keptRow) : (.zero, unranked)
            return Offer(
                curve: curve, depth: depth, target: target, recall: goal.map { min($0, recall) } ?? recall,
                expected: base + trip + kept + Int(min(mean, Double(depth)).rounded()) * rerank,
                most: high + trip + kept + depth * rerank, reserve: mask + scan + unranked)
        }
        if let goal {
            if let first = curve.fixed.first, first.recall >= goal { return made(0, 0, nil, first.recall) }
            let fixed = curve.depth(reaching: goal).map { Int(($0 * scale).rounded(.up)) }
            if !fetched, curve.predictor != nil, let found = curve.target(reaching: goal),
                case let high = Int((found.highDepth * scale).rounded(.up)), high <= deepest
            {
                let early = made(high, found.depth * scale, found.target, goal)
                guard let fixed, fixed <= deepest, case let whole = made(fixed, Double(fixed), nil, goal),
                    whole.expected < early.expected
                else { return early }
                return whole
            }
            if let fixed, fixed <= deepest { return made(fixed, Double(fixed), nil, goal) }
        }
        let recall = curve.recall(depth: Double(deepest) / scale)
        guard !fetched, curve.predictor != nil, deepest > 0 else { return made(deepest, Double(deepest), nil, recall) }
        // Beyond what the scan holds at all a rerank finds nothing.
        let end = curve.end(ofTarget: Planner.enough * (curve.fixed.last?.recall ?? 1))
        deepest = min(deepest, Int((end.highDepth * scale).rounded(.up)))
        return made(deepest, end.depth * scale, end.target, recall)
    }

    /// What each measured depth after a curve's scan finds, and costs at most.
    func steps(of curve: RecallCurve) -> [PlanOffer] {
        if let probes = curve.probes, shape.lists.map({ probes >= $0.count }) ?? true { return [] }
        let scan = fixed + max(curve.highScanCost, curve.scanCost) + grown(curve)
        let wanted = Int((scale * Double(curve.count)).rounded(.up))
        return curve.fixed.map { point in
            let plan = ServingPlan(scanAtLeast: curve.dimensions, shortlist: depth(of: point), ladder: ladder)
            let rerank = point.depth == 0 ? .zero : model.roundTrip(to: shape.vectors) + plan.shortlist * rerank
            return PlanOffer(
                expectedRecall: point.recall, cost: scan + plan.candidates(for: wanted) * model.keptRow + rerank)
        }
    }

    private func depth(of point: DepthPoint) -> Int { Int((Double(point.depth) * scale).rounded(.up)) }

    /// What rows that came since the measurement add to a scan.
    private func grown(_ curve: RecallCurve) -> CostUnits {
        let price = model.scan(dimensions: curve.dimensions) + model.filteredRow
        guard curve.probes == nil else { return (shape.lists?.tailRows ?? 0) * price }
        let now = shape.rows * price
        return now > curve.scanCost ? CostUnits(microunits: now.microunits - curve.scanCost.microunits) : .zero
    }

    func plan(_ offer: Offer, _ count: Int) -> ServingPlan {
        ServingPlan(
            probes: offer.curve.probes, scanAtLeast: offer.curve.dimensions, shortlist: offer.depth, ladder: ladder)
    }
}
