/// How an experiment will be judged, fixed before it starts.
public struct AnalysisPlan: Hashable, Sendable {
    /// The least difference worth finding.
    public enum MinimumEffect: Hashable, Sendable {
        /// In the primary metric's unit.
        case absolute(Double)
        /// As a share of control's figure: 0.01 is 1 %.
        case relative(Double)

        /// In the primary metric's unit, when control has a figure.
        func size(control: Double) -> Double {
            switch self {
            case .absolute(let size): abs(size)
            case .relative(let share): abs(share * control)
            }
        }
    }

    /// Chance that any treatment's difference is called wrongly at any look; treatments share it equally.
    public let falsePositiveRate: Double
    /// Units of one treatment and control together at which the report should be sharpest.
    public let plannedUnits: Int
    /// Units of each arm before anything is said.
    public let minimumUnits: Int
    /// The least difference worth finding, when one was named.
    public let minimumEffect: MinimumEffect?
    /// Whether more of the primary metric is better; for a cost it is not.
    public let higherIsBetter: Bool

    /// Fixes a plan; its numbers are those of ``ConfidenceSequence``.
    public init(
        falsePositiveRate: Double = 0.05, plannedUnits: Int, minimumUnits: Int = 100,
        minimumEffect: MinimumEffect? = nil, higherIsBetter: Bool = true
    ) {
        self.falsePositiveRate = falsePositiveRate
        self.plannedUnits = plannedUnits
        self.minimumUnits = minimumUnits
        self.minimumEffect = minimumEffect
        self.higherIsBetter = higherIsBetter
    }

    /// The sequence of one of several comparisons, with its share of the false positive rate (Bonferroni).
    ///
    /// - Parameters:
    ///   - comparisons: Comparisons that share the rate, 1 or more.
    ///   - plannedUnits: Units to be sharpest at; the plan's own when `nil`.
    /// - Returns: A sequence of one comparison.
    public func sequence(comparisons: Int, plannedUnits: Int? = nil) -> ConfidenceSequence {
        ConfidenceSequence(
            falsePositiveRate: falsePositiveRate / Double(comparisons), plannedUnits: plannedUnits ?? self.plannedUnits,
            minimumUnits: minimumUnits)
    }
}
