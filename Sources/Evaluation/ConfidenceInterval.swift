/// Where a figure would lie had other users been drawn.
public struct ConfidenceInterval: Hashable, Sendable {
    public let lower: Double
    public let upper: Double

    /// Share of such intervals that hold the true value, unless told otherwise.
    public static let standardLevel = 0.95

    /// Takes what lies between the tails of resampled figures: the percentile interval.
    ///
    /// Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3. Between two resamples the quantile is
    /// interpolated.
    ///
    /// - Parameters:
    ///   - resampled: One figure or more, in any order.
    ///   - level: Share that lies between the tails, 0 to 1.
    init(of resampled: [Double], level: Double) {
        precondition((0...1).contains(level) && !resampled.isEmpty, "\(level) of \(resampled.count) resamples.")
        let sorted = resampled.sorted()
        func quantile(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
        }
        lower = quantile((1 - level) / 2)
        upper = quantile((1 + level) / 2)
    }

    /// Whether the interval holds a value.
    public func contains(_ value: Double) -> Bool { (lower...upper).contains(value) }
}
