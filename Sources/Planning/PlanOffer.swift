public import Domain

/// What one plan would bring a request, and what it would cost: what an ``Allocator`` chooses from.
public struct PlanOffer: Hashable, Sendable {
    /// Share of the full answer that the plan is expected to find, 0 to 1; higher is better.
    public let expectedRecall: Double
    /// What the plan is expected to cost.
    public let cost: CostUnits

    /// Offers a plan.
    ///
    /// - Parameters:
    ///   - expectedRecall: 0 to 1.
    ///   - cost: What it is expected to cost.
    public init(expectedRecall: Double, cost: CostUnits) {
        precondition((0...1).contains(expectedRecall), "A plan expected to find \(expectedRecall) of the answer.")
        self.expectedRecall = expectedRecall
        self.cost = cost
    }
}
