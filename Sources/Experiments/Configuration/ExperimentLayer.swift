/// A million buckets that experiments share out: a unit is in at most one experiment of a layer.
///
/// Layers are independent of each other, as their salts differ (Tang et al., "Overlapping Experiment Infrastructure: More,
/// Better, Faster Experimentation", KDD 2010).
public struct ExperimentLayer: Hashable, Sendable {
    /// What is assigned to an arm.
    public enum Unit: String, CaseIterable, Sendable {
        /// The request's user.
        case user = "user_id"
        /// The request's session, for users without an id.
        case session = "session_id"
    }

    public let key: String
    public let salt: String
    public let unit: Unit

    public init(key: String, salt: String, unit: Unit) {
        self.key = key
        self.salt = salt
        self.unit = unit
    }
}

/// Units that stay out of experiments, to be compared with in the long run.
public struct Holdout: Hashable, Sendable {
    /// What a holdout keeps its units out of.
    public enum Scope: Hashable, Sendable {
        /// One layer, whose own buckets it takes.
        case layer(String)
        /// All layers, by buckets of its own; each layer's unit is hashed.
        case everywhere(salt: String)
    }

    public let key: String
    public let scope: Scope
    public let range: BucketRange

    public init(key: String, scope: Scope, range: BucketRange) {
        self.key = key
        self.scope = scope
        self.range = range
    }
}
