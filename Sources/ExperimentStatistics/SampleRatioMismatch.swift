/// Whether the arms hold the units that they were planned to hold.
///
/// When they do not, something loses or doubles units in one arm, and every figure that compares the arms is wrong in a
/// way that no figure shows: Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019.
/// Pearson's chi-squared test of the exposed units against the planned shares; the alarm is at p < 0.001, as there.
///
/// Count units from the last change of the arms' ranges on: while an arm grows, who came only before is in the others.
public struct SampleRatioMismatch: Hashable, Sendable {
    /// An arm, as planned and as exposed.
    public struct Arm: Hashable, Sendable {
        public let key: String
        /// Units that were exposed at least once.
        public let exposed: Int
        /// Planned share, in parts per million or any other unit that all arms have in common.
        public let planned: Int

        /// Creates an arm's counts, none of them negative.
        public init(key: String, exposed: Int, planned: Int) {
            precondition(exposed >= 0 && planned >= 0, "\(exposed) units exposed, \(planned) planned.")
            self.key = key
            self.exposed = exposed
            self.planned = planned
        }
    }

    public let arms: [Arm]
    /// Pearson's statistic; infinite when an arm without a share has units.
    public let statistic: Double
    /// Chance of counts this far off when the plan holds; 1 when there are no units.
    public let pValue: Double

    /// Below this p the report is not to be read on.
    public static let alarmLevel = 0.001

    /// Tests arms whose planned shares are not all zero.
    public init(_ arms: [Arm]) {
        let planned = arms.reduce(0) { $0 + $1.planned }
        precondition(planned > 0, "None of the \(arms.count) arms has a planned share.")
        let units = Double(arms.reduce(0) { $0 + $1.exposed })
        let open = arms.filter { $0.planned > 0 }
        let strays = arms.contains { $0.planned == 0 && $0.exposed > 0 }
        let sum = open.reduce(0.0) { sum, arm in
            let expected = units * Double(arm.planned) / Double(planned)
            let excess = Double(arm.exposed) - expected
            return sum + (expected > 0 ? excess * excess / expected : 0)
        }
        self.arms = arms
        statistic = strays ? .infinity : sum
        pValue =
            strays ? 0 : open.count < 2 ? 1 : ChiSquaredDistribution.upperTail(sum, degreesOfFreedom: open.count - 1)
    }

    /// Whether the report must say not to read on.
    public var isAlarm: Bool { pValue < Self.alarmLevel }
}
