/// Counts, means and products of deviations of what units did: all that the intervals of means and ratios need.
///
/// A unit brings an outcome, a denominator (1 for a plain mean, impressions for clicks per impression, requests for cost per
/// request) and a covariate from before the experiment (0 when there is none). Two folds merge into what one fold of all
/// units gives, without sums of squares that cancel: Welford, "Note on a Method for Calculating Corrected Sums of Squares and
/// Products", Technometrics 1962; Chan, Golub, LeVeque, "Algorithms for Computing the Sample Variance", American
/// Statistician 1983, equation 2.1.
///
/// A unit counts once. Folds that merge hold different units: parts by unit or by the day of first exposure do, parts by the
/// day of the event do not.
public struct Moments: Hashable, Sendable {
    /// Units folded.
    public private(set) var units: Int
    /// Means of outcome, denominator and covariate.
    public private(set) var means: SIMD3<Double>
    /// Sums of squared deviations from the means: outcome, denominator, covariate.
    public private(set) var squares: SIMD3<Double>
    /// Sums of products of deviations: outcome × denominator, denominator × covariate, covariate × outcome.
    public private(set) var products: SIMD3<Double>

    /// Creates a fold of no units.
    public init() {
        self.init(units: 0, means: .zero, squares: .zero, products: .zero)
    }

    /// Takes over what a database folded; the sums are PostgreSQL's `regr_sxx` and `regr_sxy`.
    ///
    /// - Parameters:
    ///   - units: 0 or more.
    ///   - means: Of outcome, denominator, covariate.
    ///   - squares: Sums of squared deviations, in the same order; none negative.
    ///   - products: Of outcome × denominator, denominator × covariate, covariate × outcome.
    public init(units: Int, means: SIMD3<Double>, squares: SIMD3<Double>, products: SIMD3<Double>) {
        precondition(units >= 0 && all(squares .>= 0), "\(units) units with squares \(squares).")
        self.units = units
        self.means = means
        self.squares = squares
        self.products = products
    }

    /// Folds one more unit.
    ///
    /// - Parameters:
    ///   - outcome: What is measured, summed over all the unit did.
    ///   - denominator: What the outcome is divided by, likewise.
    ///   - covariate: Anything about the unit from before its first exposure.
    public mutating func add(outcome: Double, denominator: Double = 1, covariate: Double = 0) {
        merge(Moments(units: 1, means: [outcome, denominator, covariate], squares: .zero, products: .zero))
    }

    /// Folds the units of another fold; none of them may be in this one.
    public mutating func merge(_ other: Moments) {
        guard other.units > 0 else { return }
        let total = Double(units + other.units)
        let apart = other.means - means
        let weight = Double(units) * Double(other.units) / total
        squares += other.squares + apart * apart * weight
        products += other.products + apart * SIMD3(apart.y, apart.z, apart.x) * weight
        means += apart * (Double(other.units) / total)
        units += other.units
    }
}
