/// What an experiment's data say, in the order in which it is to be read.
///
/// Pure: the same counts and moments give the same report, whenever it is asked for.
public struct ExperimentReport: Hashable, Sendable {
    /// What one arm has brought.
    public struct Arm: Hashable, Sendable {
        /// Exposed units and planned share.
        public let count: SampleRatioMismatch.Arm
        /// The primary metric of its units.
        public let primary: Moments
        /// Figures that guardrails read, by metric.
        public let measures: [String: GuardrailMeasure]

        /// Creates an arm's data; a metric without a measure is not checked until it has one.
        public init(count: SampleRatioMismatch.Arm, primary: Moments, measures: [String: GuardrailMeasure] = [:]) {
            self.count = count
            self.primary = primary
            self.measures = measures
        }
    }

    /// One treatment against control.
    public struct Comparison: Hashable, Sendable {
        public let arm: String
        /// The primary metric; `nil` while an arm has no figure.
        public let difference: ArmDifference?
        /// In the order of the guardrails.
        public let guardrails: [GuardrailCheck]
        public let verdict: Verdict
    }

    /// To be shown first; after an alarm nothing else is to be read.
    public let mismatch: SampleRatioMismatch
    /// In the order of the treatments.
    public let comparisons: [Comparison]
    public let plan: AnalysisPlan

    /// Reads an experiment.
    ///
    /// - Parameters:
    ///   - control: What the others are held against.
    ///   - treatments: One or more.
    ///   - guardrails: Limits of each treatment. They have a false positive rate of their own, as large as the primary
    ///     metric's, shared by all limits of all treatments.
    ///   - guardrailUnits: Units at which a broken limit should be found soonest; a tenth of the planned when `nil`.
    ///   - plan: Fixed before the start.
    public init(
        control: Arm, treatments: [Arm], guardrails: [Guardrail] = [], guardrailUnits: Int? = nil, plan: AnalysisPlan
    ) {
        precondition(!treatments.isEmpty, "An experiment without a treatment.")
        let mismatch = SampleRatioMismatch([control.count] + treatments.map(\.count))
        let primary = plan.sequence(comparisons: treatments.count)
        let guarding = plan.sequence(
            comparisons: treatments.count * max(1, guardrails.count),
            plannedUnits: guardrailUnits ?? max(1, plan.plannedUnits / 10))
        let adjustment = CovariateAdjustment(pooling: [control.primary] + treatments.map(\.primary))
        let base = ArmEstimate(of: control.primary, adjustedBy: adjustment)
        self.mismatch = mismatch
        self.plan = plan
        comparisons = treatments.map { arm in
            let key = arm.count.key
            let checks = guardrails.compactMap { guardrail -> GuardrailCheck? in
                guard let measure = arm.measures[guardrail.metric], let other = control.measures[guardrail.metric]
                else {
                    return nil
                }
                return GuardrailCheck(guardrail, arm: key, measure: measure, control: other, sequence: guarding)
            }
            let estimate = ArmEstimate(of: arm.primary, adjustedBy: adjustment)
            var difference: ArmDifference?
            if let estimate, let base {
                difference = ArmDifference(treatment: estimate, control: base, sequence: primary)
            }
            let verdict: Verdict
            if mismatch.isAlarm {
                verdict = .sampleRatioMismatch(mismatch)
            } else if let broken = checks.first(where: { $0.state == .broken }) {
                verdict = .guardrailBroken(broken)
            } else if let difference {
                verdict = Verdict(arm: key, difference: difference, plan: plan, sequence: primary)
            } else {
                let fewest = min(arm.primary.units, control.primary.units)
                verdict = .tooFewUnits(arm: key, units: fewest, least: plan.minimumUnits)
            }
            return Comparison(arm: key, difference: difference, guardrails: checks, verdict: verdict)
        }
    }
}
