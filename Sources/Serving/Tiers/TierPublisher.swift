public import Domain
public import Experiments
public import Planning

/// Publishes documents of tiers and experiments: validate, simulate, compare, and only then a new revision.
public struct TierPublisher: Sendable {
    private let store: any TierStore
    private let generations: any GenerationStore
    private let planner: Planner

    /// Units that are assigned by both revisions to count those that move.
    private static let simulatedUnits = 100_000

    public init(store: any TierStore, generations: any GenerationStore, planner: Planner) {
        (self.store, self.generations, self.planner) = (store, generations, planner)
    }

    /// A valid document beside the revision that holds, and what it would change.
    public struct Proposal: Sendable {
        public let configuration: TierConfiguration
        /// Byte for byte as its author wrote it.
        public let document: String
        /// The revision that holds now; `nil` before the first.
        public let parent: TierRevision?
        public let diff: ConfigurationDiff
        /// How many of some units that stand for all would change arm.
        public let moves: ReassignmentCount
    }

    /// The revision that holds, and what it says.
    ///
    /// - Returns: `nil` before the first.
    /// - Throws: ``Domain/StoreAway``; ``Experiments/ConfigurationError`` for one that this program cannot read.
    public func active() async throws -> (revision: TierRevision, configuration: TierConfiguration)? {
        guard let number = try await store.activeTierRevision(), let revision = try await store.tierRevision(number)
        else { return nil }
        return (revision, try TierConfiguration(parsing: Array(revision.draft.configuration.utf8)))
    }

    /// Holds a document against the revision that holds and against this installation.
    ///
    /// - Parameters:
    ///   - configuration: What the document says.
    ///   - document: The document itself.
    ///   - parent: The revision that its author saw; `nil` takes the one that the document names, or the one that holds.
    /// - Returns: The document beside the revision that holds.
    /// - Throws: ``Experiments/ConfigurationError`` with all that is wrong; ``Domain/StaleTierRevision``.
    public func proposal(
        _ configuration: TierConfiguration, document: String, parent: TierRevisionNumber? = nil
    ) async throws -> Proposal {
        let active = try await active()
        if let seen = parent ?? configuration.parentRevision.map(TierRevisionNumber.init),
            seen != active?.revision.number ?? 0
        {
            throw StaleTierRevision(parent: seen == 0 ? nil : seen, active: active?.revision.number)
        }
        var problems = configuration.problems(against: try await facts())
        let before = active?.configuration ?? .shipped
        problems += configuration.problems(against: before)
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return Proposal(
            configuration: configuration, document: document, parent: active?.revision,
            diff: ConfigurationDiff(from: before, to: configuration),
            moves: .simulate(
                from: before, to: configuration,
                units: ReassignmentCount.syntheticUnits(Self.simulatedUnits)))
    }

    /// Makes a proposal the revision that holds.
    ///
    /// - Throws: ``Domain/StaleTierRevision`` when somebody else was faster; nothing is stored then.
    public func publish(_ proposal: Proposal, actor: String, reason: String) async throws -> TierRevision {
        try await store.publish(
            tiers: TierRevisionDraft(
                parent: proposal.parent?.number, actor: actor, reason: reason, document: proposal.document,
                sha256: DocumentHash.sha256(proposal.document),
                configuration: String(decoding: proposal.configuration.canonicalBytes, as: UTF8.self)))
    }

    /// What a rollback to an earlier revision would change: its document, byte for byte.
    ///
    /// It is not held against its parent: what is undone may have been a move that nobody may make.
    ///
    /// - Throws: ``NoSuchTierRevision``; ``Experiments/ConfigurationError`` when this installation cannot serve it any more.
    public func rollback(to number: TierRevisionNumber) async throws -> Proposal {
        guard let revision = try await store.tierRevision(number) else {
            throw NoSuchTierRevision(
                number: number, known: try await store.tierRevisions(limit: 20).map(\.number))
        }
        let configuration = try TierConfiguration(parsing: Array(revision.draft.configuration.utf8))
        let problems = configuration.problems(against: try await facts(withPast: false))
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        let active = try await active()
        return Proposal(
            configuration: configuration, document: revision.draft.document, parent: active?.revision,
            diff: ConfigurationDiff(from: active?.configuration ?? .shipped, to: configuration),
            moves: .simulate(
                from: active?.configuration ?? .shipped, to: configuration,
                units: ReassignmentCount.syntheticUnits(Self.simulatedUnits)))
    }

    /// Stops an experiment, or one of its arms goes with it; all its units get what they would get without it.
    ///
    /// Tried again when somebody else publishes at the same time.
    ///
    /// - Throws: ``NoSuchExperiment``.
    public func stop(experiment key: String, actor: String, reason: String) async throws -> TierRevision {
        while true {
            guard let (revision, configuration) = try await active(),
                let experiment = configuration.experiment(named: key)
            else {
                throw NoSuchExperiment(key: key, known: try await active()?.configuration.experiments.map(\.key) ?? [])
            }
            guard experiment.state != .stopped else { return revision }
            let stopped = String(
                decoding: configuration.stopping(experiment: key).canonicalBytes, as: UTF8.self)
            do {
                return try await store.publish(
                    tiers: TierRevisionDraft(
                        parent: revision.number, actor: actor, reason: reason,
                        document: stopped, sha256: DocumentHash.sha256(stopped), configuration: stopped))
            } catch is StaleTierRevision {
                continue
            }
        }
    }

    /// What documents may ask of this installation.
    private func facts(withPast: Bool = true) async throws -> InstallationFacts {
        let all = try await generations.generations()
        let whole = all.filter { [.built, .verified, .shadow, .active, .retired].contains($0.state) }
        let active = all.first { $0.state == .active }
        var salts: [String: String] = [:]
        if withPast {
            for revision in try await store.tierRevisions(limit: 1_000).reversed() {
                let past = try TierConfiguration(parsing: Array(revision.draft.configuration.utf8))
                for experiment in past.experiments { salts[experiment.key] = salts[experiment.key] ?? experiment.salt }
            }
        }
        return InstallationFacts(
            ladders: Dictionary(whole.map { ($0.number, $0.ladder) }, uniquingKeysWith: { first, _ in first }),
            activeGeneration: active?.number, cheapestCosts: active.map(cheapestCosts(of:)) ?? [], pastSalts: salts)
    }

    /// What a request costs at least by each of the shipped plans, cheapest first.
    ///
    /// An index that has lists may be scanned in part, for less than is known here: of that only the request's own price
    /// counts.
    private func cheapestCosts(of generation: Generation) -> [CostUnits] {
        let hasLists = generation.items >= Self.rowsWithLists
        return planner.templates.map { template in
            guard !hasLists else { return planner.model.request }
            return planner.model.cost(
                of: template.plan(on: generation.ladder, count: RecommendationRequest.usualCount),
                for: RequestShape(rows: generation.items, userFetches: 0, historyItems: 0),
                count: RecommendationRequest.usualCount)
        }
    }

    /// Rows from which an index has lists.
    private static let rowsWithLists = 20_000
}

/// Thrown when a revision is named that there never was.
public struct NoSuchTierRevision: Error, Equatable, CustomStringConvertible {
    let number: TierRevisionNumber
    let known: [TierRevisionNumber]

    public var description: String {
        "There is no revision \(number) of the tiers. "
            + (known.isEmpty
                ? "There is none yet: `linden tiers apply FILE` makes the first."
                : "The latest are \(known.map(String.init).joined(separator: ", ")): `linden tiers history`.")
    }
}

/// Thrown when an experiment is named that the configuration does not have.
public struct NoSuchExperiment: Error, Equatable, CustomStringConvertible {
    public let key: String
    public let known: [String]

    public init(key: String, known: [String]) {
        (self.key, self.known) = (key, known)
    }

    public var description: String {
        "There is no experiment '\(key)'. "
            + (known.isEmpty
                ? "There is none: `linden tiers apply FILE` makes one."
                : "There are: \(known.joined(separator: ", ")).")
    }
}
