/// What an experiment is judged by.
public struct ExperimentMetrics: Equatable, Sendable {
    /// A bound that stops an arm which breaks it.
    public struct Guardrail: Equatable, Sendable {
        /// What the metric is held to.
        public enum Bound: Equatable, Sendable {
            /// At most this.
            case maximum(Double)
            /// At most this times the first arm's.
            case maximumRatio(Double)
            /// At least this.
            case minimum(Double)
        }

        public let metric: String
        public let bound: Bound

        public init(metric: String, bound: Bound) {
            self.metric = metric
            self.bound = bound
        }
    }

    /// The metric of the verdict.
    public let primary: String
    /// The same units' metric from before the experiment, which explains some of the variance.
    public let covariate: String?
    public let guardrails: [Guardrail]

    public init(primary: String, covariate: String? = nil, guardrails: [Guardrail] = []) {
        self.primary = primary
        self.covariate = covariate
        self.guardrails = guardrails
    }
}

/// How an experiment's verdict is found.
public struct ExperimentAnalysis: Equatable, Sendable {
    /// Which interval the verdict stands on.
    public enum Method: String, CaseIterable, Sendable {
        /// True at every look.
        case confidenceSequence = "confidence_sequence"
        /// True at one look, after the last day.
        case fixedHorizon = "fixed_horizon"
    }

    public let method: Method
    /// Chance of a false alarm that is put up with, above 0 and at most 0.5.
    public let alpha: Double
    /// The least relative difference worth finding, above 0.
    public let minimumDetectableEffect: Double?
    /// Days after which it ends without a verdict, from 1 to 365.
    public let maximumDays: Int

    public init(
        method: Method = .confidenceSequence, alpha: Double = 0.05, minimumDetectableEffect: Double? = nil,
        maximumDays: Int = 28
    ) {
        self.method = method
        self.alpha = alpha
        self.minimumDetectableEffect = minimumDetectableEffect
        self.maximumDays = maximumDays
    }
}
