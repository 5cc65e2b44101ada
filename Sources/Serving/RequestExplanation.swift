public import Domain
import Planning

/// Why a request got its plan, for who asked.
public struct RequestExplanation: Sendable {
    /// A plan that the request might have got, by its name in receipts.
    public struct Plan: Sendable {
        public let name: String
        /// Mean recall against the full-vector answer, 0 to 1; `nil` where it was not measured.
        public let expectedRecall: Double?
        /// What it costs: in the mean where that was measured, else at most.
        public let expectedCost: CostUnits
        /// Whether the request may spend the most that it can cost.
        public let isPaidFor: Bool

        public init(name: String, expectedRecall: Double?, expectedCost: CostUnits, isPaidFor: Bool) {
            self.name = name
            self.expectedRecall = expectedRecall
            self.expectedCost = expectedCost
            self.isPaidFor = isPaidFor
        }
    }

    /// Cheapest first.
    public let plans: [Plan]
    /// Name of the plan that was carried out.
    public let chosen: String
    /// Why that one: a sentence without its subject.
    public let reason: String
    /// What the request got of the node's capacity; `nil` where nothing is shared out.
    public let allotment: CostUnits?
    /// What a unit of the capacity must find to be spent: value × recall; `nil` where nothing is shared out.
    public let lambda: Double?

    public init(plans: [Plan], chosen: String, reason: String, allotment: CostUnits?, lambda: Double?) {
        self.plans = plans
        self.chosen = chosen
        self.reason = reason
        self.allotment = allotment
        self.lambda = lambda
    }
}

/// The planner's explanation, and what there was to plan with.
struct AllottedExplanation {
    let plans: PlanExplanation
    let allotment: CostUnits?
}

extension RecommendationService {
    /// The explanation by the names of receipts.
    ///
    /// - Parameters:
    ///   - explanation: The planner's.
    ///   - plan: Name of the plan that was carried out.
    /// - Returns: What the answer carries.
    func report(_ explanation: AllottedExplanation, plan: String) -> RequestExplanation {
        RequestExplanation(
            plans: explanation.plans.plans.map { considered in
                RequestExplanation.Plan(
                    name: name(of: considered.plan), expectedRecall: considered.expectedRecall,
                    expectedCost: considered.expectedCost, isPaidFor: considered.isPaidFor)
            },
            chosen: plan,
            reason: plan == Self.popularPlan && explanation.plans.reason != .noneIsPaidFor
                ? "popular items: there was nothing to ask with" : explanation.plans.reason.description,
            allotment: explanation.allotment,
            lambda: explanation.allotment == nil ? nil : capacityCounters?.lambda)
    }

    /// Name of the plan of requests that no query could be made for, or whose budget pays for no scan.
    static var popularPlan: String { "popular" }
}
