/// Where a figure lies, as far as the data tell; without data, anywhere.
public struct Interval: Hashable, Sendable {
    public let lower: Double
    public let upper: Double

    /// All numbers: nothing is known.
    public static let everything = Interval(lower: -.infinity, upper: .infinity)

    /// Creates an interval whose ends are in order.
    public init(lower: Double, upper: Double) {
        precondition(lower <= upper, "An interval from \(lower) to \(upper).")
        self.lower = lower
        self.upper = upper
    }

    /// Whether the interval holds a value; both ends belong to it.
    public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

    /// Upper end less lower end.
    public var width: Double { upper - lower }
}
