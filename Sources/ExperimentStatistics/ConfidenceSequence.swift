#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Intervals that may be looked at as often as one likes, and acted upon at any look.
///
/// The chance that any interval of the whole sequence misses the truth is at most the false positive rate, where that of
/// usual intervals grows with each look. The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas,
/// "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 2024, arXiv:2103.06476,
/// Theorem 2.2 (Robbins' Gaussian mixture with the variance estimated); for the difference between arms, section 3:
///
///     value ± σ √( 2 (tρ² + 1) / (t²ρ²) × log( √(tρ² + 1) / α ) )
///
/// where t is the number of units and σ² / t the variance of the value. ρ makes the interval narrowest at the planned number
/// of units; it is set before the experiment starts, and stays.
///
/// It is asymptotic: it speaks from ``minimumUnits`` of an arm on. A value without any spread may be that of a rare event
/// which has not come yet, so it is believed once the planned units are in.
public struct ConfidenceSequence: Hashable, Sendable {
    /// Chance that any of the intervals misses the truth, more than 0 and less than 1.
    public let falsePositiveRate: Double
    /// Units of all compared arms at which the intervals are narrowest for their number.
    public let plannedUnits: Int
    /// Units that each arm has before there is an interval.
    public let minimumUnits: Int
    /// ρ², from the planned units.
    private let mixture: Double

    /// Tunes a sequence for an experiment.
    ///
    /// - Parameters:
    ///   - falsePositiveRate: α, for instance 0.05.
    ///   - plannedUnits: 1 or more, in all compared arms together.
    ///   - minimumUnits: Of each arm; 2 or more.
    public init(falsePositiveRate: Double, plannedUnits: Int, minimumUnits: Int = 100) {
        precondition(falsePositiveRate > 0 && falsePositiveRate < 1, "A false positive rate of \(falsePositiveRate).")
        precondition(plannedUnits > 0 && minimumUnits > 1, "\(plannedUnits) units planned, \(minimumUnits) at least.")
        self.falsePositiveRate = falsePositiveRate
        self.plannedUnits = plannedUnits
        self.minimumUnits = minimumUnits
        // tρ² = x is best where x = log(1 + x) − 2 log α, which the paper writes with Lambert's W.
        var best = 1.0
        for _ in 0..<100 { best = log1p(best) - 2 * log(falsePositiveRate) }
        mixture = best / Double(plannedUnits)
    }

    /// Standard errors on each side of a value that rests on so many units of all compared arms, 1 or more.
    public func standardErrors(units: Int) -> Double {
        let x = Double(units) * mixture
        return (2 * (x + 1) / x * (log1p(x) / 2 - log(falsePositiveRate))).squareRoot()
    }

    /// The smallest false positive rate whose interval, with the same ρ, leaves zero out.
    ///
    /// Valid at any look; the least p of all looks is valid as well.
    ///
    /// - Parameters:
    ///   - deviation: Standard errors between the value and zero.
    ///   - units: Units of all compared arms, 1 or more.
    /// - Returns: 0 to 1.
    func pValue(deviation: Double, units: Int) -> Double {
        let x = Double(units) * mixture
        return min(1, exp(log1p(x) / 2 - deviation * deviation * x / (2 * (x + 1))))
    }

    /// Units of all arms at which an effect would be found, most likely.
    ///
    /// - Parameters:
    ///   - effect: True effect, in the value's unit; not 0.
    ///   - unitVariance: Variance of the value times the units that it rests on.
    ///   - power: Chance of finding the effect at that number of units, if not before.
    /// - Returns: Units of all compared arms, split as they are now.
    public func unitsNeeded(effect: Double, unitVariance: Double, power: Double = 0.8) -> Int {
        precondition(effect != 0, "An effect of zero is never found.")
        let luck = NormalDistribution.quantile(power)
        func isFound(_ units: Int) -> Bool {
            (standardErrors(units: units) + luck) * (unitVariance / Double(units)).squareRoot() <= abs(effect)
        }
        var high = 2 * minimumUnits
        while !isFound(high) && high < 1 << 52 { high *= 2 }
        var low = high / 2
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if isFound(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
