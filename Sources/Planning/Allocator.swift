public import Domain

/// Gives each request the plan that is worth most to everybody, when all share one capacity.
///
/// The choice is argmax of value × expected recall − λ × cost. λ, the Lagrange multiplier of the knapsack, is what a unit
/// must bring: at the λ at which the spend is the capacity, no other choice of plans of that spend has a higher sum of
/// value × expected recall. Jiang et al., "DCAF: A Dynamic Computation Allocation Framework for Online Serving System",
/// arXiv:2006.09684, equation 6. It departs from the paper in taking plans of any shape, where the paper assumes gains
/// that grow ever slower and searches for the crossing.
public struct Allocator: Hashable, Sendable {
    /// Value × recall that a cost unit must bring to be spent; 0 where the capacity is not the limit.
    public let lambda: Double

    /// How far the λ of single requests lies from ``lambda`` at most, in its logarithm.
    ///
    /// Requests that are alike would change plans all at once at one λ, and no λ could bring a spend between the two. Spread a
    /// little, some change before others.
    public static let spread = 0.1

    /// Chooses at a λ.
    ///
    /// - Parameter lambda: 0 or more, finite.
    public init(lambda: Double) {
        precondition(lambda >= 0 && lambda.isFinite, "A unit cannot be worth \(lambda).")
        self.lambda = lambda
    }

    /// What was chosen, and what the choice lay between.
    public struct Choice: Hashable, Sendable {
        /// Position in the offers.
        public let offer: Int
        /// Its cost.
        public let planned: CostUnits
        /// The cheapest offer's cost.
        public let floor: CostUnits
        /// The cost of what would have been chosen had units been free.
        public let ceiling: CostUnits
        /// Value × expected recall that the latter has more than the cheapest.
        public let gain: Double
    }

    /// The best offer; of equally good ones the cheaper, which stands first.
    ///
    /// - Parameters:
    ///   - offers: What the request's tier and budget allow, cheapest first; one at least.
    ///   - value: What the whole answer is worth; more than 0.
    ///   - draw: The request's place in the spread of λ.
    /// - Returns: The choice. O(offers), no allocation.
    public func choice(
        among offers: Span<PlanOffer>, value: Double = 1, draw: RequestDraw = .middle
    ) -> Choice {
        precondition(!offers.isEmpty, "There is nothing to choose from.")
        precondition(value > 0 && value.isFinite, "An answer cannot be worth \(value).")
        // e^x to the second order: what is asked for is a spread, not a function.
        let shift = Self.spread * (2 * draw.spread - 1)
        let perMicrounit = lambda * (1 + shift + shift * shift / 2) * 1e-6
        var best = (offer: 0, worth: -Double.infinity)
        var richest = 0
        for position in offers.indices {
            let offer = offers[position]
            let worth = value * offer.expectedRecall - perMicrounit * Double(offer.cost.microunits)
            if worth > best.worth { best = (position, worth) }
            if offer.expectedRecall > offers[richest].expectedRecall { richest = position }
        }
        return Choice(
            offer: best.offer, planned: offers[best.offer].cost, floor: offers[0].cost,
            ceiling: offers[richest].cost, gain: value * (offers[richest].expectedRecall - offers[0].expectedRecall))
    }
}
