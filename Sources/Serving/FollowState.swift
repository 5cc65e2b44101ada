import Domain

/// What a service knows of the generations beside the snapshots that it holds.
struct FollowState: Sendable {
    /// What it owes to each, as of the last look at the store.
    var duties = HoldingPolicy.Duties()
    var loads = LoadSchedule()
    /// Those that only get embeddings.
    var writers: [GenerationNumber: GenerationWriter] = [:]
    /// Where the feed stood before the last look at where generations stand: every change since is after that.
    var positionBefore: FeedPosition?
    /// Loaded, and not brought up to the store yet: they do not answer before.
    ///
    /// With whether items that changed since are
    /// embedded again.
    var loaded: [GenerationNumber: (snapshot: ServingSnapshot, remakes: Bool)] = [:]
    /// Whether every tier has had the generation that it names.
    var wasReady = false
    /// What went wrong with generations that do not serve, since it was last told.
    var faults: [GenerationNumber: String] = [:]
}
