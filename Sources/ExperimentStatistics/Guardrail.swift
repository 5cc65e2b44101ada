/// A bound that an arm must not break, whatever it wins elsewhere.
public struct Guardrail: Hashable, Sendable {
    /// What the figure is held against.
    public enum Limit: Hashable, Sendable {
        /// The figure is at most this.
        case max(Double)
        /// The figure is at least this.
        case min(Double)
        /// The figure is at most this many times control's.
        case maxRatio(Double)
    }

    public let metric: String
    public let limit: Limit

    /// Creates a guardrail; a ratio is more than zero.
    public init(metric: String, limit: Limit) {
        if case .maxRatio(let ratio) = limit { precondition(ratio > 0, "A greatest ratio of \(ratio).") }
        self.metric = metric
        self.limit = limit
    }
}

/// What a guardrail's figure is read from.
public enum GuardrailMeasure: Hashable, Sendable {
    /// A mean or a ratio of units: cost per request, degraded answers per request. Requests of one unit may be alike.
    case ratio(Moments)
    /// A share of trials that are independent of one another; holds from the first trial, however rare the event.
    case share(events: Int, trials: Int)
    /// A quantile of independent values, by its level: 0.99 for p99.
    case quantile(Double, ValueHistogram)

    /// The figure itself; `nil` while nothing was measured.
    var figure: Double? {
        switch self {
        case .ratio(let moments): ArmEstimate(of: moments)?.value
        case .share(let events, let trials): trials > 0 ? Double(events) / Double(trials) : nil
        case .quantile(let share, let histogram): histogram.quantile(share)
        }
    }

    /// Where the true figure lies, at all looks together.
    func interval(_ sequence: ConfidenceSequence, falsePositiveRate: Double) -> Interval {
        switch self {
        case .ratio(let moments):
            guard let arm = ArmEstimate(of: moments), let reach = sequence.reach(of: [arm]) else { return .everything }
            let error = arm.variance.squareRoot()
            return Interval(lower: arm.value - reach * error, upper: arm.value + reach * error)
        case .share(let events, let trials):
            return ShareSequence(events: events, of: trials).interval(falsePositiveRate: falsePositiveRate)
        case .quantile(let share, let histogram):
            return histogram.quantileInterval(share, falsePositiveRate: falsePositiveRate)
        }
    }

    /// Where the true figure over control's lies, at all looks together.
    func ratioInterval(to control: GuardrailMeasure, _ sequence: ConfidenceSequence) -> Interval {
        if case .ratio(let moments) = self, case .ratio(let others) = control {
            guard let arm = ArmEstimate(of: moments), let other = ArmEstimate(of: others),
                let reach = sequence.reach(of: [arm, other])
            else { return .everything }
            return arm.ratio(to: other, reach: reach)
        }
        // Each figure misses its interval half as often, so both hold theirs as often as one would.
        let rate = sequence.falsePositiveRate / 2
        let arm = interval(sequence, falsePositiveRate: rate)
        let other = control.interval(sequence, falsePositiveRate: rate)
        guard arm.lower >= 0, other.lower >= 0, other.upper > 0 else { return .everything }
        return Interval(lower: arm.lower / other.upper, upper: other.lower > 0 ? arm.upper / other.lower : .infinity)
    }
}
