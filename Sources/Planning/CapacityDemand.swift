import Domain

/// What the requests of an interval wanted of a capacity, and what they got.
public struct CapacityDemand: Hashable, Sendable {
    /// Units spent by the requests that ended.
    public var spent = 0.0
    /// Units that the plans of the requests that began were expected to cost.
    public var planned = 0.0
    /// Units that the cheapest offers of the same requests cost: what they spend at any λ however high.
    public var floor = 0.0
    /// Units that they spend at a λ of 0.
    public var ceiling = 0.0
    /// Value × expected recall that the ceiling has more than the floor.
    public var gain = 0.0

    /// Nothing yet.
    public init() {}

    /// Writes down one interval.
    public init(spent: Double, planned: Double, floor: Double, ceiling: Double, gain: Double) {
        self.spent = spent
        self.planned = planned
        self.floor = floor
        self.ceiling = ceiling
        self.gain = gain
    }

    /// What a planned unit came to: below 1 where plans are priced by the most that they can cost.
    ///
    /// Requests that were under way at an interval's ends, and one in which nothing ended, must not count for much: it
    /// stays within a factor of 16.
    var spentPerPlanned: Double {
        guard spent > 0, planned > 0 else { return 1 }
        return min(max(spent / planned, 1.0 / 16), 16)
    }

    /// Adds a request that was let in.
    public mutating func add(_ choice: Allocator.Choice) {
        planned += choice.planned.units
        floor += choice.floor.units
        ceiling += choice.ceiling.units
        gain += choice.gain
    }
}
