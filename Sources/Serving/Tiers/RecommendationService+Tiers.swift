import Domain
import Experiments
import Synchronization

/// Tiers in force, and since when they are known to be the newest.
struct TierState: Sendable {
    var tiers: TiersInForce
    /// When the store was last asked and answered, by the service's clock; `nil` when it never was.
    var confirmed: Duration?
}

extension RecommendationService {
    /// The tiers and experiments in force.
    public var tiers: TiersInForce { tierState.withLock { $0.tiers } }

    /// Seconds since the store last confirmed the tiers in force; `nil` when it never did.
    public var tiersAge: Double? {
        let now = now()
        return tierState.withLock { state in state.confirmed.map { (now - $0) / .seconds(1) } }
    }

    /// Asks the store which revision holds, and puts another than the one in force into force.
    ///
    /// - Returns: The tiers that are new; `nil` when nothing is.
    /// - Throws: ``Domain/StoreAway``; ``Experiments/ConfigurationError`` for a revision that this program cannot read. What was
    ///   in force stays.
    @discardableResult
    public func followTiers() async throws -> TiersInForce? {
        let number = try await ports.tiers.activeTierRevision()
        guard let number, number != tiers.revision else {
            confirmTiers()
            return nil
        }
        guard let revision = try await ports.tiers.tierRevision(number) else { return nil }
        let configuration = try TierConfiguration(parsing: Array(revision.draft.configuration.utf8))
        let new = TiersInForce(configuration, revision: number)
        adopt(new)
        confirmTiers()
        return new
    }

    /// What publishes tiers for this installation.
    public var tierPublisher: TierPublisher {
        TierPublisher(store: ports.tiers, generations: ports.generations, planner: planner)
    }

    /// What an experiment has brought so far.
    ///
    /// - Throws: ``NoSuchExperiment``, or ``RequestError/storeAway``.
    public func reading(of experiment: String) async throws -> ExperimentReading {
        try await asking {
            try await ExperimentReader(tiers: ports.tiers, records: ports.experiments).reading(of: experiment)
        }
    }

    /// Puts tiers into force; requests under way keep theirs.
    public func adopt(_ tiers: TiersInForce) {
        tierState.withLock { $0.tiers = tiers }
    }

    private func confirmTiers() {
        let now = now()
        tierState.withLock { $0.confirmed = now }
    }
}
