public import Domain

/// A capacity that tiers share: who is let in, and by which plan.
///
/// A state without lock or clock: requests come in, decisions go out. The caller keeps it in a `Mutex`, asks ``decide(among:value:criticality:draw:)``
/// at the start of a request, tells ``book(spent:)`` at its end, and calls ``endInterval(after:)`` about once a second.
public struct SharedCapacity: Hashable, Sendable {
    public let capacity: Capacity
    /// Chooses plans at the λ of now.
    public private(set) var allocator = Allocator(lambda: 0)
    /// Who is let in now.
    public private(set) var admission = Admission()

    private var controller: LambdaController
    private var demand = CapacityDemand()
    private var arrivals = Admission.Arrivals()

    /// What is done with a request.
    public enum Decision: Hashable, Sendable {
        /// Serve it by the offer at this position.
        case serve(offer: Int)
        /// Turn it away (429); it may come again after some seconds.
        case shed(retryAfterSeconds: Int)
    }

    /// Shares out a capacity, with nobody in need so far.
    public init(_ capacity: Capacity, settings: LambdaController.Settings = LambdaController.Settings()) {
        self.capacity = capacity
        controller = LambdaController(settings: settings)
    }

    /// Shares out a capacity as an installation sets it; `nil` where it sets none, and each request gets its own best plan.
    ///
    /// - Throws: ``CapacityError/notPositive(_:)``.
    public static func configured(unitsPerSecond: Double?) throws(CapacityError) -> SharedCapacity? {
        guard let unitsPerSecond else { return nil }
        return SharedCapacity(try Capacity(unitsPerSecond: unitsPerSecond))
    }

    /// Decides on a request.
    ///
    /// - Parameters:
    ///   - offers: What its tier and budget allow, cheapest first; one at least.
    ///   - value: What the whole answer is worth; more than 0.
    ///   - criticality: How badly it is missed.
    ///   - draw: Drawn by its id.
    /// - Returns: The decision. O(offers), no allocation.
    public mutating func decide(
        among offers: Span<PlanOffer>, value: Double = 1, criticality: Criticality = .default, draw: RequestDraw
    ) -> Decision {
        let choice = allocator.choice(among: offers, value: value, draw: draw)
        arrivals[criticality] += choice.floor.units
        switch admission.verdict(on: draw, criticality: criticality) {
        case .shed(let seconds): return .shed(retryAfterSeconds: seconds)
        case .admitted:
            demand.add(choice)
            return .serve(offer: choice.offer)
        }
    }

    /// Books what a request spent, when it has ended.
    public mutating func book(spent: CostUnits) { demand.spent += spent.units }

    /// Ends an interval: sets λ, and who is let in, for the next.
    ///
    /// - Parameter seconds: How long the interval was; more than 0.
    public mutating func endInterval(after seconds: Double) {
        controller.update(demand, over: seconds, capacity: capacity)
        admission = Admission(
            after: arrivals.scaled(by: demand.spentPerPlanned), over: seconds, capacity: capacity)
        allocator = Allocator(lambda: controller.lambda)
        demand = CapacityDemand()
        arrivals = Admission.Arrivals()
    }
}
