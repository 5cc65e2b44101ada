/// Whether an arm breaks a guardrail, by an interval that may be looked at each minute.
///
/// *Broken* is what stops an arm: the whole interval lies beyond the limit, which happens to an arm that keeps it with a
/// chance of the false positive rate at most, over all looks together. *Ok* is when the whole interval keeps the limit.
public struct GuardrailCheck: Hashable, Sendable, CustomStringConvertible {
    /// What the data say so far.
    public enum State: String, Hashable, Sendable {
        case ok
        case broken
        case notYetKnown
    }

    public let arm: String
    public let guardrail: Guardrail
    public let state: State
    /// The arm's figure, or that over control's where the limit is a ratio; `nil` while there is none.
    public let observed: Double?
    /// Where the observed figure truly lies, at all looks together.
    public let interval: Interval

    /// Checks an arm.
    ///
    /// - Parameters:
    ///   - guardrail: The limit.
    ///   - arm: The arm's key.
    ///   - measure: The arm's figure.
    ///   - control: The same figure of control, of the same kind; read only where the limit is a ratio.
    ///   - sequence: Tuned for as many units as should suffice to stop; fewer than the experiment's stops sooner.
    public init(
        _ guardrail: Guardrail, arm: String, measure: GuardrailMeasure, control: GuardrailMeasure,
        sequence: ConfidenceSequence
    ) {
        self.arm = arm
        self.guardrail = guardrail
        switch guardrail.limit {
        case .max(let limit):
            observed = measure.figure
            interval = measure.interval(sequence, falsePositiveRate: sequence.falsePositiveRate)
            state = interval.lower > limit ? .broken : interval.upper <= limit ? .ok : .notYetKnown
        case .min(let limit):
            observed = measure.figure
            interval = measure.interval(sequence, falsePositiveRate: sequence.falsePositiveRate)
            state = interval.upper < limit ? .broken : interval.lower >= limit ? .ok : .notYetKnown
        case .maxRatio(let limit):
            if let figure = measure.figure, let other = control.figure, other != 0 {
                observed = figure / other
            } else {
                observed = nil
            }
            interval = measure.ratioInterval(to: control, sequence)
            state = interval.lower > limit ? .broken : interval.upper <= limit ? .ok : .notYetKnown
        }
    }

    public var description: String {
        let limit =
            switch guardrail.limit {
            case .max(let limit): "at most \(limit.shown)"
            case .min(let limit): "at least \(limit.shown)"
            case .maxRatio(let limit): "at most \(limit.shown) times control's"
            }
        let evidence = "\(observed?.shown ?? "no figure"), always-valid interval \(interval.shown)"
        return switch state {
        case .ok: "\(arm) keeps \(guardrail.metric) \(limit): \(evidence)."
        case .broken: "\(arm) breaks \(guardrail.metric) \(limit): \(evidence)."
        case .notYetKnown: "\(arm): whether \(guardrail.metric) is \(limit) is not yet known: \(evidence)."
        }
    }
}
