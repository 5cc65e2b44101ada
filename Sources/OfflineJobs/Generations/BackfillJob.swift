public import Domain
import Towers

/// What building a generation in batches needs of a store.
public typealias BackfillStore = GenerationBuilder & GenerationStore & ItemChangeFeed

/// Embeds the stored catalogue and users for a registered generation: in short batches, with rests between them.
///
/// Each batch is kept with the note of how far it came, so that a job that was killed goes on behind the last one. What is
/// embedded is fixed when it begins, so that it ends whatever is written meanwhile; items that change after that are
/// read from the feed of changes at the end.
public struct BackfillJob: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        /// Batches of items and users; the later of them stands at 0 until the first is through.
        case embedding(items: BackfillPart, users: BackfillPart)
        /// The catalogue is read for the users' histories.
        case reading(items: Int)
        case catchingUp(changes: Int)
        case finishing
    }

    /// How fast it goes.
    public struct Options: Sendable {
        /// Share of the time that is worked, above 0 and up to 1; the rest is left to others.
        public var share = 0.5
        /// Share the users of a batch.
        public var threads = 1
        /// How long a batch may take in the mean: reading, embedding and writing; half of what it may take at most.
        public var batchTime = Duration.milliseconds(25)

        public init() {}
    }

    /// What came of it.
    public struct Outcome: Sendable {
        /// The generation, built.
        public let generation: Generation
        /// Batches that this run wrote.
        public let batches: Int
        /// The longest of them, and of the 99th in a hundred.
        public let longestBatch: Duration
        public let percentile99: Duration
        /// Changed items that were embedded after their batch, or again.
        public let caughtUp: Int
        public let elapsed: Duration
        /// Rows that an earlier run had embedded.
        public let resumedAt: Int
    }

    private let store: any BackfillStore
    private let options: Options

    public init(store: any BackfillStore, options: Options = Options()) {
        self.store = store
        self.options = options
    }

    /// Runs the job, or goes on with it; cancelling the task stops it between two batches.
    ///
    /// - Throws: ``Domain/GenerationError`` for a generation that is neither registered nor building; ``BuildTurnTaken`` when
    ///   another process is at it.
    public func run(
        _ generation: GenerationNumber, clock: some Clock<Duration> = ContinuousClock(),
        report: @Sendable (Step) -> Void = { _ in }
    ) async throws -> Outcome {
        let outcome = try await store.takingBuildTurn {
            try await build(generation, clock, report)
        }
        guard let outcome else { throw BuildTurnTaken() }
        return outcome
    }

    private func build(
        _ number: GenerationNumber, _ clock: some Clock<Duration>, _ report: @Sendable (Step) -> Void
    ) async throws -> Outcome {
        let start = clock.now
        // A model that cannot be read is no reason to begin.
        let embedder = CatalogueEmbedder(
            model: try TwoTowerModel(decoding: try await store.artefact(of: number)), threads: options.threads)
        let begun = try await store.beginBackfill(number)
        var batches = BatchRun(store: store, embedder: embedder, progress: begun, options: options)
        try await batches.embedItems(clock, report)
        try await batches.embedUsers(clock, report)
        try await batches.catchUp(clock, report)
        report(.finishing)
        let generation = try await store.finishBackfill(number)
        let times = batches.times.sorted()
        return Outcome(
            generation: generation, batches: times.count, longestBatch: times.last ?? .zero,
            percentile99: times.isEmpty ? .zero : times[min(times.count - 1, times.count * 99 / 100)],
            caughtUp: batches.caughtUp, elapsed: start.duration(to: clock.now),
            resumedAt: begun.items.done + begun.users.done)
    }

    /// Embeds what has changed since a backfill last looked; nothing for a generation that was published in one go.
    func catchUp(_ number: GenerationNumber, _ model: TwoTowerModel, _ clock: some Clock<Duration>) async throws {
        guard let progress = try await store.backfill(of: number) else { return }
        var batches = BatchRun(
            store: store, embedder: CatalogueEmbedder(model: model, threads: options.threads), progress: progress,
            options: options)
        try await batches.catchUp(clock) { _ in }
    }
}

/// Thrown when another process builds a generation.
public struct BuildTurnTaken: Error, CustomStringConvertible {
    public init() {}

    public var description: String {
        "Another process is building a generation, and one is at a time. Wait for it, or stop it; what it did is kept."
    }
}
