public import Domain
public import Planning
import Ranking
import Retrieval
import Towers
public import Training
import VectorKernels

/// From the stored history to a generation that serves: train, judge, embed, publish, calibrate, activate.
public struct TrainJob: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        case loading
        case training(TrainingProgress)
        case publishing(users: Int, items: Int)
        case calibrating
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public let generation: Generation
        public let training: TrainedModel
        public let frontier: [FrontierPoint]
    }

    private let log: any InteractionLogSource
    private let publisher: any GenerationPublisher
    private let configuration: TrainingConfiguration
    private let gate: PrefixGate
    private let planner: Planner

    /// Prepares the job.
    ///
    /// - Parameters:
    ///   - log: Where the history comes from.
    ///   - publisher: Where the generation goes.
    ///   - configuration: How to train.
    ///   - gate: What the short prefixes must keep.
    ///   - planner: Whose plans are measured on the new generation.
    public init(
        log: any InteractionLogSource, publisher: any GenerationPublisher, configuration: TrainingConfiguration,
        gate: PrefixGate = .standard, planner: Planner = Planner()
    ) {
        self.log = log
        self.publisher = publisher
        self.configuration = configuration
        self.gate = gate
        self.planner = planner
    }

    /// Runs the job.
    ///
    /// Cancelling the task stops it where it is, and nothing is published. `stop` ends only the training, and what is best
    /// until there goes on to be published.
    ///
    /// - Parameters:
    ///   - stop: Returns when the user has had enough of training; must heed cancellation.
    ///   - report: Told what is under way.
    /// - Returns: The generation, active.
    /// - Throws: ``Training/TrainingError``, ``PrefixGateError``, or the store's errors.
    public func run(
        stop: @escaping @Sendable () async -> Void, report: @escaping @Sendable (Step) -> Void
    ) async throws -> Outcome {
        report(.loading)
        let log = try await log.interactionLog()
        let data = try Self.trainingData(log)
        let trained = try await train(data, stop: stop, report: report)
        try Task.checkCancellation()
        let rungs = trained.history[trained.bestEpoch - 1].validation.map {
            RungQuality(dimensions: $0.dimensions, recall: $0.recall, ndcg: $0.ndcg)
        }
        try gate.check(rungs)
        report(.publishing(users: log.users.count, items: log.items.count))
        let embedded = EmbeddedLog(log, model: trained.model, threads: configuration.threads)
        let artefact = trained.model.encoded()
        let ladder = trained.model.ladder
        let draft = GenerationDraft(
            fingerprint: GenerationFingerprint.sha256(
                artefact: artefact, ladder: ladder, normRule: .cosineAtEachRung),
            ladder: ladder, normRule: .cosineAtEachRung, cutoff: configuration.validationK, rungs: rungs,
            settings: TrainingSettingsJSON.text(configuration, trained), artefact: artefact, items: embedded.items,
            users: embedded.users, userEvents: embedded.histories.map(\.count))
        let generation = try await publisher.publish(draft)
        report(.calibrating)
        let frontier = try PlanCalibration(planner: planner).frontier(
            ladder: ladder, items: embedded.items, users: embedded.users, seen: embedded.histories)
        try await publisher.store(
            frontier: frontier, generation: generation.number, costModel: planner.model.revision)
        try await publisher.activate(generation.number)
        return Outcome(generation: generation.with(state: .active), training: trained, frontier: frontier)
    }

    private static func trainingData(_ log: InteractionLog) throws(TrainingError) -> TrainingData {
        let isTimed = log.timestamps.contains { $0 != Timestamp.epoch.microseconds }
        return try TrainingData(
            users: log.users.map(\.id), items: log.items.map { ItemContent($0.item) },
            userIndices: log.userPositions, itemIndices: log.itemPositions, times: isTimed ? log.timestamps : [])
    }

    /// Trains until it is through, or until `stop` returns.
    private func train(
        _ data: TrainingData, stop: @escaping @Sendable () async -> Void, report: @escaping @Sendable (Step) -> Void
    ) async throws -> TrainedModel {
        let trainer = try Trainer(configuration)
        return try await withThrowingTaskGroup(of: TrainedModel?.self) { group in
            group.addTask { try await trainer.train(data) { report(.training($0)) } }
            group.addTask {
                await stop()
                return nil
            }
            while let result = try await group.next() {
                group.cancelAll()
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
