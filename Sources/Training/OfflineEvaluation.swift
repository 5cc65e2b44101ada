import Domain
public import Evaluation
public import Towers

/// Trains on one set of interactions and judges the model on another: full ranking, what the user is known to have met left
/// out.
public struct OfflineEvaluation: Sendable {
    /// One rung's quality.
    public struct Rung: Hashable, Sendable {
        /// Length of the prefix.
        public let dimensions: Int
        /// User by user, in the order of the test's users, and their means.
        public let judged: JudgedRankings
        /// 95 % bootstrap intervals of the means.
        public let intervals: QualityIntervals

        public var quality: RankingQuality { judged.quality }
    }

    /// What came out.
    public struct Report: Sendable {
        /// In the ladder's order.
        public let rungs: [Rung]
        /// The same on the validation items, with the history before them; empty without any.
        public let validation: [Rung]
        /// Users with test items.
        public let users: Int
        /// Items that could be recommended.
        public let items: Int
        /// The model, the epochs and the time that training took.
        public let training: TrainedModel
    }

    private let configuration: TrainingConfiguration
    private let k: Int

    /// Prepares an evaluation.
    ///
    /// - Parameters:
    ///   - configuration: How to train.
    ///   - k: Items of each ranking that count; 1 or more.
    public init(_ configuration: TrainingConfiguration = TrainingConfiguration(), k: Int = 20) {
        self.configuration = configuration
        self.k = k
    }

    /// Trains and judges.
    ///
    /// A test user of whom nothing is known is shown nothing, so the test items are misses.
    ///
    /// - Parameters:
    ///   - train: What the model may see in training.
    ///   - validation: For each user index of `train`, items between `train` and `test`, to choose settings by; may be empty.
    ///   - known: What the users are known to have met when they are tested: `train` and, where there is any, `validation`,
    ///     with the same users and items by the same indices; `nil` for `train`.
    ///   - test: For each user index of `train`, the item indices that the user went on to.
    ///   - clock: Tells how long training takes.
    ///   - checkpoints: Where training goes on if it was killed.
    ///   - progress: Called after each epoch.
    /// - Returns: The quality of each rung, and the model.
    /// - Throws: ``TrainingError``; ``TrainingError/noTestItems`` when `test` is empty.
    @concurrent public func report(
        train: TrainingData, validation: [[Int32]] = [], known: TrainingData? = nil, test: [[Int32]],
        clock: some Clock<Duration> = ContinuousClock(),
        checkpoints: some TrainingCheckpointStore = NoCheckpoints(),
        progress: @Sendable (TrainingProgress) -> Void = { _ in }
    ) async throws(TrainingError) -> Report {
        guard test.contains(where: { !$0.isEmpty }) else { throw .noTestItems }
        for users in [validation.count, test.count] where users > train.users.count {
            throw .indexOutOfRange(what: "test user", index: users - 1, count: train.users.count)
        }
        let trained = try await Trainer(configuration)
            .train(train, validation: validation, clock: clock, checkpoints: checkpoints, progress: progress)
        func rungs(_ known: TrainingData, _ wanted: [[Int32]]) -> [Rung] {
            Self.rungs(
                of: trained.model, train: known, test: wanted, k: k, threads: configuration.threads,
                seed: configuration.seed)
        }
        let found = rungs(known ?? train, test)
        return Report(
            rungs: found, validation: rungs(train, validation), users: found.first?.quality.users ?? 0,
            items: train.items.count, training: trained)
    }

    /// Judges a model at each of its rungs.
    ///
    /// The same `train`, `test` and `seed` give every model the same users in the same order.
    ///
    /// - Parameters:
    ///   - model: Towers to judge.
    ///   - train: Its interactions are the users' histories, and are left out of the rankings.
    ///   - test: For each user index of `train`, the item indices that the user went on to.
    ///   - k: Items of each ranking that count.
    ///   - threads: Share the users.
    ///   - seed: Draws the users of the intervals.
    /// - Returns: The quality of each rung, in the ladder's order; empty when nobody wants anything.
    public static func rungs(
        of model: TwoTowerModel, train: TrainingData, test: [[Int32]], k: Int, threads: Int, seed: UInt64 = 1
    ) -> [Rung] {
        let users = test.indices.filter { !test[$0].isEmpty }
        guard !users.isEmpty else { return [] }
        let all = train.histories()
        let known = users.map { all[$0] }
        let judge = RankingTest(
            wanted: users.map { Set(test[$0]) }, histories: known,
            popularity: CataloguePopularity(
                histories: all, catalogue: train.items.count))
        let lists = UserEmbeddings.rankings(
            k, by: model, users: users.map { train.users[$0] }, histories: known,
            features: train.items.map(model.features(of:)), hiding: known, threads: threads)
        let judged = lists.map { JudgedRankings($0, test: judge, k: k) }
        var generator = SeededGenerator(seed: seed)
        let intervals = QualityIntervals.intervals(of: judged, test: judge, using: &generator)
        return model.ladder.rungs.indices.map {
            Rung(dimensions: model.ladder.rungs[$0], judged: judged[$0], intervals: intervals[$0])
        }
    }
}
