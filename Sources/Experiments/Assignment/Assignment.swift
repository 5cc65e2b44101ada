public import Domain

/// Why a unit got what it got.
public enum AssignmentReason: String, CaseIterable, Sendable {
    /// By its buckets.
    case split = "SPLIT"
    /// By its buckets, in an experiment that takes only requests like this; or by an override.
    case targetingMatch = "TARGETING_MATCH"
    /// Kept out of experiments to be compared with.
    case holdout = "HOLDOUT"
    /// In no experiment, or without a unit: no exposure.
    case `default` = "DEFAULT"
    /// In an experiment that is switched off, or all are.
    case disabled = "DISABLED"
    /// No configuration could be had: the caller's own choice.
    case error = "ERROR"
}

/// What one layer makes of a unit.
public struct Assignment: Equatable, Sendable {
    /// Key of the layer.
    public let layer: String
    /// The unit's bucket of the layer; `nil` without a unit.
    public let bucket: Int?
    /// The holdout that keeps it out, where the reason is ``AssignmentReason/holdout``.
    public let holdout: String?
    /// The experiment it is in, or that is switched off and has its bucket.
    public let experiment: String?
    /// Its arm; `nil` when it is not enrolled, and then there is no exposure.
    public let arm: String?
    /// What the arm sets.
    public let tier: String?
    /// What the arm sets.
    public let generation: GenerationNumber?
    public let reason: AssignmentReason
    /// Whether the arm was given by name: left out of analysis.
    public let isOverride: Bool

    init(
        layer: String, bucket: Int?, holdout: String? = nil, experiment: String? = nil, arm: Experiment.Arm? = nil,
        reason: AssignmentReason, isOverride: Bool = false
    ) {
        self.layer = layer
        self.bucket = bucket
        self.holdout = holdout
        self.experiment = experiment
        self.arm = arm?.key
        tier = arm?.tier
        generation = arm?.generation
        self.reason = reason
        self.isOverride = isOverride
    }

    /// Whether it counts as an exposure of its arm.
    public var isEnrolled: Bool { arm != nil }

    /// The assignment as `tools/check-assignment` compares it, without the newline:
    /// `unit layer bucket experiment arm tier reason`, by tabs, what there is not being empty.
    ///
    /// - Parameters:
    ///   - unit: Id of the unit.
    ///   - defaultTier: The tier where the arm sets none.
    /// - Returns: The line.
    public func line(unit: String, defaultTier: String) -> String {
        [
            unit, layer, bucket.map(String.init) ?? "", experiment ?? "", arm ?? "", tier ?? defaultTier,
            reason.rawValue,
        ].joined(separator: "\t")
    }
}

/// What a request gets.
public struct TierDecision: Equatable, Sendable {
    /// The tier that serves it.
    public let tier: String
    /// The generation that an arm sets; `nil` leaves it to the tier.
    public let generation: GenerationNumber?
    /// The experiment to name in the response: the one that sets the tier, else the one that sets the generation.
    public let experiment: String?
    /// The arm of that experiment.
    public let arm: String?
    public let reason: AssignmentReason
    /// Whether an arm was given by name: left out of analysis.
    public let isOverride: Bool
    /// The revision that decided; `nil` for one that is not published.
    public let revision: Int?
    /// What each layer with experiments made of it, in their order: the exposures are those that are enrolled.
    public let assignments: [Assignment]

    /// The decision where no configuration can be had.
    public static func withoutConfiguration(tier: String) -> TierDecision {
        TierDecision(
            tier: tier, generation: nil, experiment: nil, arm: nil, reason: .error, isOverride: false, revision: nil,
            assignments: [])
    }
}
