/// Takes out of an outcome what was known of the units before the experiment: CUPED.
///
/// An arm's value loses θ × (its mean covariate − the mean of all). The arms' covariates differ by chance alone, so the
/// difference between the arms stays unbiased, and its variance falls by the square of the correlation: Deng, Xu, Kohavi,
/// Walker, "Improving the Sensitivity of Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM 2013, section 3.
/// θ is one for all arms, from the deviations within them, so an effect of an arm does not bend it. A ratio is adjusted
/// through its linear part (y − R x) / x̄: section 3.4 of the same with Deng, Knoblich, Lu, KDD 2018, section 3.
public struct CovariateAdjustment: Hashable, Sendable {
    /// What one of the covariate is worth in the outcome.
    public let slope: Double
    /// Mean covariate of all units.
    public let centre: Double

    /// Fits one slope to all arms; `nil` when their covariate says nothing.
    public init?(pooling arms: [Moments]) {
        let arms = arms.filter { $0.units > 1 && $0.means.y > 0 }
        let spread = arms.reduce(0) { $0 + $1.squares.z }
        guard spread > 0 else { return nil }
        let common = arms.reduce(0) { $0 + $1.linearisedByCovariate }
        let units = Double(arms.reduce(0) { $0 + $1.units })
        slope = common / spread
        centre = arms.reduce(0) { $0 + $1.means.z * Double($1.units) } / units
    }
}

extension Moments {
    /// Sum of squares of the ratio's linear part.
    var linearised: Double {
        let ratio = means.x / means.y
        let sum = squares.x - 2 * ratio * products.x + ratio * ratio * squares.y
        return max(sum, 0) / (means.y * means.y)
    }

    /// Sum of products of the ratio's linear part and the covariate.
    var linearisedByCovariate: Double { (products.z - means.x / means.y * products.y) / means.y }
}
