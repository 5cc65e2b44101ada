public import ByteStreams
public import Datasets
public import Domain
import Evaluation
import Towers
public import Training

/// Trains on one part of the interactions and judges on another: no database.
public struct EvaluationJob: Sendable {
    private let train: ByteSource
    private let items: ByteSource?
    private let rule: EvaluationProtocol
    private let options: ReadOptions
    private let weights: InteractionWeights
    private let likedFrom: Float?
    private let configuration: TrainingConfiguration
    private let k: Int
    private let checkpoints: any TrainingCheckpointStore

    /// Prepares the job.
    ///
    /// - Parameters:
    ///   - train: Interactions to train on, or to split.
    ///   - items: What is known of the items, if anything is.
    ///   - rule: How the test part comes to be.
    ///   - options: How interactions are read.
    ///   - weights: What a user's interactions with an item count in training.
    ///   - likedFrom: Ratings from which a test item was liked; such items are also judged apart. `nil` judges all together.
    ///   - configuration: How to train.
    ///   - k: Items of each ranking that count.
    ///   - checkpoints: Keeps the training's state, so that one that was killed goes on.
    public init(
        train: ByteSource, items: ByteSource? = nil, rule: EvaluationProtocol, options: ReadOptions = ReadOptions(),
        weights: InteractionWeights = .standard, likedFrom: Float? = nil, configuration: TrainingConfiguration, k: Int,
        checkpoints: any TrainingCheckpointStore = NoCheckpoints()
    ) {
        self.train = train
        self.items = items
        self.rule = rule
        self.options = options
        self.weights = weights
        self.likedFrom = likedFrom
        self.configuration = configuration
        self.k = k
        self.checkpoints = checkpoints
    }

    /// Runs the job.
    ///
    /// - Parameters:
    ///   - memory: Told what training needs before it begins; refuses it by throwing.
    ///   - progress: Told after each epoch.
    /// - Returns: Quality at every rung.
    /// - Throws: ``Datasets/DatasetError`` for a file, ``Evaluation/InteractionSplitError``, ``EvaluationError``,
    ///   ``Training/TrainingError``, ``MemoryNeedError``.
    public func run(
        memory: @Sendable (MemoryNeed) throws -> Void = { try $0.check() },
        progress: @escaping @Sendable (TrainingProgress) -> Void
    ) async throws -> EvaluationReport {
        let contents = try items.map { try CatalogueItemReader($0).readAll().map(ItemContent.init) } ?? []
        let files = try SplitFiles(train, items: contents, rule: rule, options: options)
        let input = try EvaluationInput(files, weights: weights, likedFrom: likedFrom)
        try memory(MemoryNeed(configuration, input.train))
        let report = try await OfflineEvaluation(configuration, k: k).report(
            train: input.train, validation: input.validation?.wanted ?? [], known: input.known,
            test: input.test.wanted, checkpoints: checkpoints, progress: progress)
        // One that was asked to stop is not through: it goes on when it is started again.
        if !Task.isCancelled { checkpoints.removeCheckpoint() }
        let liked = OfflineEvaluation.rungs(
            of: report.training.model, train: input.known, test: input.liked, k: k, threads: configuration.threads,
            seed: configuration.seed)
        return EvaluationReport(
            report: report, liked: liked, rule: rule, k: k, seed: configuration.seed, test: input.test,
            validation: input.validation, withoutTime: files.withoutTime, repeats: files.split.repeats,
            untrained: input.untrained)
    }
}
