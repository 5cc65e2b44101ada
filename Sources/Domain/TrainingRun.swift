/// The number of a training run in this database; people see it as `r3`.
public struct TrainingRunNumber: Hashable, Sendable, CustomStringConvertible {
    public let rawValue: Int32

    public init(_ rawValue: Int32) {
        self.rawValue = rawValue
    }

    public var description: String { "r\(rawValue)" }
}

/// The part of the stored history that a run was given.
public struct DataCut: Hashable, Sendable {
    /// Only interactions before it were read; `nil` when all were.
    public let before: Timestamp?
    /// Time of the newest interaction that was read; `nil` when there was none, or no times.
    public let latest: Timestamp?
    /// Interactions read, each pair of user and item once.
    public let interactions: Int
    /// Users with interactions.
    public let users: Int
    /// Items of the catalogue.
    public let items: Int

    public init(before: Timestamp?, latest: Timestamp?, interactions: Int, users: Int, items: Int) {
        self.before = before
        self.latest = latest
        self.interactions = interactions
        self.users = users
        self.items = items
    }

    /// What a log holds that was read up to `before`.
    public init(_ log: InteractionLog, before: Timestamp?) {
        let latest = log.timestamps.max().map(Timestamp.init(microseconds:))
        self.init(
            before: before, latest: latest == .epoch ? nil : latest, interactions: log.count, users: log.users.count,
            items: log.items.count)
    }
}

/// How a run ended.
public enum TrainingOutcome: Hashable, Sendable {
    /// It is under way, or ended without a word: its process was killed.
    case unfinished
    /// Its generation was activated.
    case published(GenerationNumber)
    /// A gate refused the model; a generation that was published all the same can be activated by hand.
    case refused(GenerationNumber?, reason: String)
    /// Somebody ended it before it had anything to publish.
    case interrupted
    case failed(reason: String)
}

/// What a run begins with.
public struct TrainingRunStart: Hashable, Sendable {
    public let cut: DataCut
    public let seed: UInt64
    /// How it trains: a JSON object.
    public let settings: String

    public init(cut: DataCut, seed: UInt64, settings: String) {
        self.cut = cut
        self.seed = seed
        self.settings = settings
    }
}

/// What is known of a run when it ends.
public struct TrainingRunEnd: Hashable, Sendable {
    public var outcome = TrainingOutcome.unfinished
    /// Wall time of the whole run.
    public var seconds = 0.0
    /// k of the metrics.
    public var cutoff: Int
    /// Each rung on the items held out to choose the best epoch by; empty when training did not get that far.
    public var rungs: [RungQuality] = []
    /// Beside the generation that served; `nil` when there was none to compare with.
    public var comparison: GenerationComparison?
    /// How it trained: a JSON object.
    public var settings: String

    public init(cutoff: Int, settings: String) {
        self.cutoff = cutoff
        self.settings = settings
    }
}

/// A training run as the store keeps it.
public struct TrainingRun: Hashable, Sendable {
    public let number: TrainingRunNumber
    public let startedAt: Timestamp
    public let start: TrainingRunStart
    public let end: TrainingRunEnd

    public init(number: TrainingRunNumber, startedAt: Timestamp, start: TrainingRunStart, end: TrainingRunEnd) {
        self.number = number
        self.startedAt = startedAt
        self.start = start
        self.end = end
    }
}

/// Keeps what was trained, on what, and what came of it.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol TrainingRunStore: Sendable {
    /// Records that a run has begun; runs before it that never said how they ended are ``TrainingOutcome/interrupted``.
    func begin(_ start: TrainingRunStart) async throws -> TrainingRunNumber
    /// Records how a run ended, whatever was recorded of its end before.
    func finish(_ run: TrainingRunNumber, _ end: TrainingRunEnd) async throws
    /// All runs, newest first.
    func trainingRuns() async throws -> [TrainingRun]
}
