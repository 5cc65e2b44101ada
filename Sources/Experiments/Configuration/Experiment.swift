public import Domain

/// A test of tiers or generations against each other, on some buckets of a layer.
public struct Experiment: Equatable, Sendable {
    /// How far it has come.
    public enum State: String, CaseIterable, Sendable {
        /// Its buckets are kept for it; only overrides are assigned.
        case draft = "DRAFT"
        case running = "RUNNING"
        /// Ended: its buckets are free for others.
        case stopped = "STOPPED"
        /// Its kill switch: its buckets are kept, nobody is assigned.
        case disabled = "DISABLED"
    }

    /// What some of its units get.
    public struct Arm: Hashable, Sendable {
        public let key: String
        /// Of the experiment's own million buckets, which do not depend on the layer's.
        public let range: BucketRange
        /// `nil` leaves the tier as it would be without the experiment.
        public let tier: String?
        /// `nil` leaves the generation to the tier.
        public let generation: GenerationNumber?

        public init(key: String, range: BucketRange, tier: String? = nil, generation: GenerationNumber? = nil) {
            self.key = key
            self.range = range
            self.tier = tier
            self.generation = generation
        }
    }

    /// A unit that is shown an arm whatever its buckets; left out of analysis.
    public struct Override: Hashable, Sendable {
        public let unit: [UInt8]
        public let arm: String

        public init(unit: [UInt8], arm: String) {
            self.unit = unit
            self.arm = arm
        }
    }

    public let key: String
    /// Key of its layer.
    public let layer: String
    public let salt: String
    public let state: State
    /// Its buckets of the layer.
    public let range: BucketRange
    /// Which requests of its buckets it takes; `nil` for all.
    public let targeting: TargetingCondition?
    /// In the document's order.
    public let arms: [Arm]
    /// By their units' bytes.
    public let overrides: [Override]
    public let metrics: ExperimentMetrics?
    public let analysis: ExperimentAnalysis
    /// Part of its traffic that is answered by both arms' lists interleaved, in millionths; `nil` for none.
    public let interleavedShare: Int?

    public init(
        key: String, layer: String, salt: String, state: State, range: BucketRange,
        targeting: TargetingCondition? = nil, arms: [Arm], overrides: [Override] = [],
        metrics: ExperimentMetrics? = nil, analysis: ExperimentAnalysis = ExperimentAnalysis(),
        interleavedShare: Int? = nil
    ) {
        self.key = key
        self.layer = layer
        self.salt = salt
        self.state = state
        self.range = range
        self.targeting = targeting
        self.arms = arms
        self.overrides = overrides
        self.metrics = metrics
        self.analysis = analysis
        self.interleavedShare = interleavedShare
    }

    /// Whether an arm chooses the tier.
    public var setsTier: Bool { arms.contains { $0.tier != nil } }

    /// Whether an arm chooses the generation.
    public var setsGeneration: Bool { arms.contains { $0.generation != nil } }
}
