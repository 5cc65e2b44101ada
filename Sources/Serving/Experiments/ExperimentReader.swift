public import Domain
import Experiments

/// Reads experiments: what is configured, and what came of it.
public struct ExperimentReader: Sendable {
    private let tiers: any TierStore
    private let records: any ExperimentRecords

    /// Revisions that are looked through for the last change of an experiment's arms.
    private static let revisions = 500

    public init(tiers: any TierStore, records: any ExperimentRecords) {
        (self.tiers, self.records) = (tiers, records)
    }

    /// Reads one experiment of the revision that holds, or of the newest that has it.
    ///
    /// - Throws: ``NoSuchExperiment``; ``Domain/StoreAway``.
    public func reading(of key: String) async throws -> ExperimentReading {
        var (found, since, known): (Experiment?, TierRevision?, [String]) = (nil, nil, [])
        for revision in try await tiers.tierRevisions(limit: Self.revisions) {
            let configuration = try TierConfiguration(parsing: Array(revision.draft.configuration.utf8))
            if known.isEmpty { known = configuration.experiments.map(\.key) }
            guard let experiment = configuration.experiment(named: key) else {
                if found != nil { break }
                continue
            }
            if let later = found, !later.isAssigned(as: experiment) { break }
            found = found ?? experiment
            since = revision
        }
        guard let found else { throw NoSuchExperiment(key: key, known: known) }
        return try await ExperimentReading(of: found, since: since, records: records)
    }
}

extension Experiment {
    /// Whether another revision of it gives the same units the same arms.
    fileprivate func isAssigned(as other: Experiment) -> Bool {
        salt == other.salt && layer == other.layer && range == other.range && targeting == other.targeting
            && arms == other.arms && interleavedShare == other.interleavedShare
    }
}
