/// An arm's mean or ratio, and how far chance moves it.
///
/// The value is the ratio of two means, and its variance that of its linear part, the delta method: Deng, Knoblich, Lu,
/// "Applying the Delta Method in Metric Analytics: A Practical Guide with Novel Ideas", KDD 2018, section 3. So a
/// figure per request may be read though requests of one user are alike. A plain mean is the ratio whose denominator is 1.
public struct ArmEstimate: Hashable, Sendable {
    /// Units behind the value.
    public let units: Int
    /// The ratio, adjusted by the covariate.
    public let value: Double
    /// Variance of the value, not of a unit.
    public let variance: Double
    /// Share of the variance that the covariate took away; below 0 when it did harm.
    public let varianceReduction: Double

    /// Estimates an arm; `nil` below two units, and where the denominator's mean is not above zero.
    ///
    /// - Parameters:
    ///   - arm: What the arm's units did.
    ///   - adjustment: Fitted to this arm and those that it is compared with; for a value that is read by itself, none.
    public init?(of arm: Moments, adjustedBy adjustment: CovariateAdjustment? = nil) {
        guard arm.units > 1, arm.means.y > 0 else { return nil }
        let slope = adjustment?.slope ?? 0
        let plain = arm.linearised
        let left = max(plain - 2 * slope * arm.linearisedByCovariate + slope * slope * arm.squares.z, 0)
        units = arm.units
        value = arm.means.x / arm.means.y - slope * (arm.means.z - (adjustment?.centre ?? 0))
        variance = left / Double(arm.units - 1) / Double(arm.units)
        varianceReduction = plain > 0 ? 1 - left / plain : 0
    }
}
