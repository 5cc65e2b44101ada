/// An amount of counted work, priced by a ``CostModel``: the same request under the same revisions costs the same anywhere.
///
/// One unit is about one microsecond of one core of the machine that the cost model was calibrated on. Amounts are whole
/// micro-units, so that sums do not depend on their order.
public struct CostUnits: Hashable, Sendable {
    /// Millionths of a unit; never negative.
    public let microunits: Int

    /// Creates an amount from millionths of a unit.
    public init(microunits: Int) {
        precondition(microunits >= 0, "A cost of \(microunits) micro-units is negative.")
        self.microunits = microunits
    }

    /// Creates an amount from units as a caller writes them, rounded down to a whole micro-unit.
    ///
    /// - Returns: `nil` when `units` is negative, not finite, or past 10^12.
    public init?(units: Double) {
        guard units.isFinite, units >= 0, units <= 1e12 else { return nil }
        self.init(microunits: Int(units * 1e6))
    }

    /// The amount in units.
    public var units: Double { Double(microunits) / 1e6 }

    /// The least whole number of units that pays for this: what a caller is told to allow.
    public var wholeUnits: Int { (microunits + 999_999) / 1_000_000 }

    /// No work.
    public static let zero = CostUnits(microunits: 0)
}

extension CostUnits: Comparable {
    public static func < (left: Self, right: Self) -> Bool { left.microunits < right.microunits }
}

extension CostUnits {
    public static func + (left: Self, right: Self) -> Self {
        CostUnits(microunits: left.microunits + right.microunits)
    }

    public static func += (left: inout Self, right: Self) { left = left + right }

    /// The cost of `count` pieces of work.
    public static func * (count: Int, each: Self) -> Self { CostUnits(microunits: count * each.microunits) }
}

extension CostUnits: CustomStringConvertible {
    /// The amount in units, rounded to thousandths: `17910.25`.
    public var description: String {
        let thousandths = (microunits + 500) / 1_000
        guard thousandths % 1_000 != 0 else { return String(thousandths / 1_000) }
        var fraction = String(thousandths % 1_000)
        fraction = String(repeating: "0", count: 3 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(thousandths / 1_000).\(fraction)"
    }
}
