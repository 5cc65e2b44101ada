import ExperimentStatistics

/// Units drawn by their sufficient statistics.
enum SimulatedArm {
    /// Moments of normal outcomes with variance 1, drawn exactly without drawing a unit: the mean is normal, and the sum of
    /// squares, independent of it, chi-squared (Cochran, 1934).
    static func normal(
        units: Int, mean: Double, using generator: inout some RandomNumberGenerator
    ) -> Moments {
        let drawn = mean + generator.normal() / Double(units).squareRoot()
        let squares = 2 * generator.gamma(shape: Double(units - 1) / 2)
        return Moments(units: units, means: [drawn, 1, 0], squares: [squares, 0, 0], products: .zero)
    }

    /// Moments of independent 0s and 1s, from their count.
    static func binary(units: Int, ones: Int) -> Moments {
        let share = Double(ones) / Double(max(1, units))
        return Moments(
            units: units, means: [share, 1, 0], squares: [Double(units) * share * (1 - share), 0, 0], products: .zero)
    }
}
