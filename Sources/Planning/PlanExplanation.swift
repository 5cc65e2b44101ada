public import Domain

/// A plan that a request might have got.
public struct ConsideredPlan: Hashable, Sendable {
    public let plan: ServingPlan
    /// Mean recall against the full-vector answer, 0 to 1; `nil` where it was not measured.
    public let expectedRecall: Double?
    /// What it costs: in the mean where that was measured, else at most.
    public let expectedCost: CostUnits
    /// Whether the request may spend the most that it can cost.
    public let isPaidFor: Bool

    init(plan: ServingPlan, expectedRecall: Double?, expectedCost: CostUnits, isPaidFor: Bool) {
        self.plan = plan
        self.expectedRecall = expectedRecall
        self.expectedCost = expectedCost
        self.isPaidFor = isPaidFor
    }
}

/// Why a plan was chosen; described as what follows "it was chosen because it is", or "because it".
public enum PlanReason: Hashable, Sendable, CustomStringConvertible {
    /// Finds what the tier's dearest plan finds, for less.
    case cheapestForTier(String, recall: Double)
    /// Finds most of what the request's own ceiling pays for.
    case mostOf(CostUnits)
    /// Finds most of what the request gets of a shared capacity.
    case mostOfShare(CostUnits)
    /// Finds most of all that was measured.
    case most
    /// Nothing was measured.
    case uncalibrated
    /// What was measured counts by the prices of another revision.
    case otherPrices(measured: Int, now: Int)
    /// No measured plan is paid for.
    case noneMeasuredIsPaidFor
    /// No plan that scans is paid for.
    case noneIsPaidFor

    public var description: String {
        switch self {
        case .cheapestForTier(let tier, let recall):
            "cheapest that finds what tier \(tier) promises: \(Self.thousandths(recall))"
        case .mostOf(let limit): "finds most of what \(limit) units pay for"
        case .mostOfShare(let limit): "finds most of what its \(limit) units of the shared capacity pay for"
        case .most: "finds most of all plans that were measured"
        case .uncalibrated: "shipped plan: nothing was measured"
        case .otherPrices(let measured, let now):
            "shipped plan: what was measured counts by linden-cost/\(measured), requests by linden-cost/\(now)"
        case .noneMeasuredIsPaidFor: "shipped plan: none of those measured is paid for"
        case .noneIsPaidFor: "popular items: no scan is paid for"
        }
    }

    /// `.991`, and `1` for all.
    private static func thousandths(_ share: Double) -> String {
        let digits = String(Int((share * 1_000).rounded()))
        return share >= 0.999_5 ? "1" : "." + String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    }
}

/// The plans that a request's own was chosen among, and why that one.
public struct PlanExplanation: Sendable {
    /// Cheapest first; a plan for each way to scan, or the shipped ones.
    public let plans: [ConsideredPlan]
    public let reason: PlanReason

    init(plans: [ConsideredPlan], reason: PlanReason) {
        self.plans = plans
        self.reason = reason
    }
}
