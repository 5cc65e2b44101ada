public import Domain
public import Planning
import Towers
public import Training

/// What a training job needs of a store.
public typealias TrainingStore = GenerationCheckStore & GenerationPublisher
    & TrainingRunStore

/// From the stored history to a generation that serves: train, judge, embed, publish, calibrate, activate; on record.
public struct TrainJob: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        case loading
        /// A trial of the search for settings has ended.
        case searching(TrainingSearch.Trial)
        /// The search is over; its best settings are trained in full.
        case found(TrainingSearch.Report)
        case training(TrainingProgress)
        /// Ranks the catalogue by the new model and by the generation that serves.
        case judging(against: GenerationNumber)
        /// There is a generation that serves, and no telling whether the new one is worse.
        case notJudged(against: GenerationNumber, reason: String)
        case publishing(users: Int, items: Int)
        case calibrating
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public let run: TrainingRunNumber
        public let generation: Generation
        public let training: TrainedModel
        /// How the settings were found; `nil` when they were given.
        public let search: TrainingSearch.Report?
        /// What plans find and cost on it; `nil` without users.
        public let frontier: Frontier?
        /// Beside the generation that served until now; `nil` when there was none to compare with.
        public let comparison: GenerationComparison?
    }

    /// What is trained on and what is let through.
    public struct Options: Sendable {
        /// Only interactions before it are read; `nil` reads all.
        public var until: Timestamp?
        /// What the short prefixes must keep.
        public var prefixGate = PrefixGate.standard
        /// What must be kept of the active generation's recall.
        public var generationGate = GenerationGate.standard
        /// Whether a model that is worse than the active generation serves all the same.
        public var activatesAnyway = false
        /// Whether the model is stored only, to be embedded by a ``BackfillJob``.
        public var registersOnly = false
        /// Whether training starts from the active generation's model instead of from nothing.
        public var startsWarm = false
        /// Told what training needs before it begins; refuses it by throwing.
        public var memory: @Sendable (MemoryNeed) throws -> Void = { try $0.check() }
        /// Keeps the training's state, so that one that was killed goes on.
        public var checkpoints: any TrainingCheckpointStore = NoCheckpoints()
        /// Time that is spent on looking for better settings; `nil` trains with those given.
        public var searchTime: Duration?
        /// What the events of a user and an item count.
        public var weights = InteractionWeights.standard
        /// Whose plans are measured on the new generation.
        public var planner = Planner()

        public init() {}
    }

    let store: any TrainingStore
    let configuration: TrainingConfiguration
    let options: Options

    /// Prepares the job.
    ///
    /// - Parameters:
    ///   - store: Where the history comes from, and the generation goes.
    ///   - configuration: How to train.
    ///   - options: What is trained on and what is let through.
    public init(store: any TrainingStore, configuration: TrainingConfiguration, options: Options = Options()) {
        self.store = store
        self.configuration = configuration
        self.options = options
    }

    /// Runs the job.
    ///
    /// Cancelling the task stops it where it is, and nothing is published. `stop` ends only what is under way: the search, whose
    /// best settings are then trained in full, or the training, whose best model is published. Either way the store keeps a record of the run; a store that cannot be written to
    /// any more, as the task is cancelled, is left with an unfinished one.
    ///
    /// - Parameters:
    ///   - stop: Returns when the user has had enough; must heed cancellation. Called once for the search and once for the
    ///     training.
    ///   - clock: Tells how long it takes.
    ///   - report: Told what is under way.
    /// - Returns: The generation, active; registered where no more was asked.
    /// - Throws: ``Training/TrainingError``, ``PrefixGateError``, ``GenerationGateError``,
    ///   ``MemoryNeedError``, or the store's errors.
    public func run(
        stop: @escaping @Sendable () async -> Void, clock: some Clock<Duration> = ContinuousClock(),
        report: @escaping @Sendable (Step) -> Void
    ) async throws -> Outcome {
        let start = clock.now
        report(.loading)
        let log = try await store.interactionLog(before: options.until, weighing: options.weights)
        let settings = TrainingSettingsJSON.text(configuration, options.weights)
        let cut = DataCut(log, before: options.until)
        let run = try await store.begin(TrainingRunStart(cut: cut, seed: configuration.seed, settings: settings))
        var end = TrainingRunEnd(cutoff: configuration.validationK, settings: settings)
        let result: Result<Outcome, any Error>
        do {
            result = .success(
                try await makeGeneration(of: log, cut, run, recording: &end, stop: stop, clock: clock, report: report))
        } catch {
            result = .failure(error)
        }
        end.outcome = Self.outcome(of: result)
        end.seconds = start.duration(to: clock.now) / .seconds(1)
        do {
            try await store.finish(run, end)
        } catch {
            // A run that failed has an error of its own that says more.
            _ = try result.get()
            throw error
        }
        return try result.get()
    }

    private func makeGeneration(
        of log: InteractionLog, _ cut: DataCut, _ run: TrainingRunNumber, recording end: inout TrainingRunEnd,
        stop: @escaping @Sendable () async -> Void, clock: some Clock<Duration>,
        report: @escaping @Sendable (Step) -> Void
    ) async throws -> Outcome {
        let isTimed = log.timestamps.contains { $0 != Timestamp.epoch.microseconds }
        let heldOut = GateHoldOut(log, isOrdered: configuration.isOrdered ?? isTimed)
        let data = try TrainingData(log, isTimed: isTimed, leavingOut: heldOut)
        let active = try await activeModel(report)
        let earlier = options.startsWarm ? active?.model : nil
        let search = try await self.search(data, from: earlier, stop: stop, clock: clock, report: report)
        let configuration = search?.configuration ?? configuration
        end.settings = TrainingSettingsJSON.text(configuration, options.weights, search: search)
        let trained = try await train(data, configuration, from: earlier, stop: stop, report: report)
        try Task.checkCancellation()
        end.settings = TrainingSettingsJSON.text(configuration, options.weights, trained, search: search)
        end.rungs = trained.history[trained.bestEpoch - 1].validation.map {
            RungQuality(dimensions: $0.dimensions, recall: $0.recall, ndcg: $0.ndcg)
        }
        try options.prefixGate.check(end.rungs)
        end.comparison = active.flatMap { judge(trained, $0, on: heldOut, cut, data.items, report) }
        if options.registersOnly {
            let generation = try await register(trained, end)
            options.checkpoints.removeCheckpoint()
            return Outcome(
                run: run, generation: generation, training: trained, search: search, frontier: nil,
                comparison: end.comparison)
        }
        let (generation, frontier) = try await publish(trained, end, log, report)
        if let comparison = end.comparison, !options.activatesAnyway {
            try options.generationGate.check(comparison, of: generation.number)
        }
        if generation.state != .active { try await store.activate(generation.number) }
        options.checkpoints.removeCheckpoint()
        return Outcome(
            run: run, generation: generation.with(state: .active), training: trained, search: search,
            frontier: frontier,
            comparison: end.comparison)
    }

    /// Trains until it is through, or until `stop` returns.
    private func train(
        _ data: TrainingData, _ configuration: TrainingConfiguration, from earlier: TwoTowerModel?,
        stop: @escaping @Sendable () async -> Void, report: @escaping @Sendable (Step) -> Void
    ) async throws -> TrainedModel {
        // Nothing needs no memory, and training has a better word for it.
        if !data.userIndices.isEmpty { try options.memory(MemoryNeed(configuration, data)) }
        let (trainer, checkpoints) = (try Trainer(configuration), options.checkpoints)
        return try await Self.stopping(stop) {
            try await trainer.train(data, startingFrom: earlier, checkpoints: checkpoints) { report(.training($0)) }
        }
    }

    private static func outcome(of result: Result<Outcome, any Error>) -> TrainingOutcome {
        switch result {
        case .success(let outcome): .published(outcome.generation.number)
        case .failure(let error as PrefixGateError): .refused(nil, reason: error.description)
        case .failure(let error as GateRefusal): .refused(error.report.generation, reason: error.description)
        case .failure(let error as GenerationGateError): .refused(error.generation, reason: error.description)
        case .failure(TrainingError.interruptedBeforeFirstEpoch), .failure(is CancellationError): .interrupted
        case .failure(let error): Task.isCancelled ? .interrupted : .failed(reason: "\(error)")
        }
    }
}
