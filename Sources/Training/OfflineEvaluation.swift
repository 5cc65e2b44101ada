import Domain
public import Evaluation
public import Towers

/// Trains on one set of interactions and judges the model on another: full ranking, the user's training items left out.
public struct OfflineEvaluation: Sendable {
    /// One rung's quality.
    public struct Rung: Hashable, Sendable {
        /// Length of the prefix.
        public let dimensions: Int
        public let quality: RankingQuality
    }

    /// What came out.
    public struct Report: Sendable {
        /// In the ladder's order.
        public let rungs: [Rung]
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
    /// A test user of whom the training set knows nothing is shown nothing, so the test items are misses.
    ///
    /// - Parameters:
    ///   - train: What the model may see.
    ///   - test: For each user index of `train`, the item indices that the user went on to.
    ///   - clock: Tells how long training takes.
    ///   - progress: Called after each epoch.
    /// - Returns: The quality of each rung, and the model.
    /// - Throws: ``TrainingError``; ``TrainingError/noTestItems`` when `test` is empty.
    @concurrent public func report(
        train: TrainingData, test: [[Int32]], clock: some Clock<Duration> = ContinuousClock(),
        progress: @Sendable (TrainingProgress) -> Void = { _ in }
    ) async throws(TrainingError) -> Report {
        guard test.contains(where: { !$0.isEmpty }) else { throw .noTestItems }
        guard test.count <= train.users.count else {
            throw .indexOutOfRange(what: "test user", index: test.count - 1, count: train.users.count)
        }
        let trained = try await Trainer(configuration).train(train, clock: clock, progress: progress)
        let rungs = Self.rungs(of: trained.model, train: train, test: test, k: k, threads: configuration.threads)
        return Report(
            rungs: rungs, users: rungs.first?.quality.users ?? 0, items: train.items.count, training: trained)
    }

    /// Judges a model at each of its rungs.
    ///
    /// - Parameters:
    ///   - model: Towers to judge.
    ///   - train: Its interactions are the users' histories, and are left out of the rankings.
    ///   - test: For each user index of `train`, the item indices that the user went on to.
    ///   - k: Items of each ranking that count.
    ///   - threads: Share the users.
    /// - Returns: The quality of each rung, in the ladder's order.
    public static func rungs(
        of model: TwoTowerModel, train: TrainingData, test: [[Int32]], k: Int, threads: Int
    ) -> [Rung] {
        let features = train.items.map(model.features(of:))
        let dimensions = model.ladder.fullLength
        let histories = UserHistories(
            train, itemRows: Array(0..<Int32(train.items.count)), isOrdered: !train.times.isEmpty)
        let users = test.indices.filter { !test[$0].isEmpty }
        let embeddings = users.map { user in
            model.userEmbedding(
                history: histories.items(of: user).map { features[Int($0)] }, user: train.users[user])
        }
        let zeros = [Float](repeating: 0, count: dimensions)
        let ranking = MaskedRanking(
            items: EmbeddingTable(dimensions: dimensions, elements: features.flatMap(model.itemEmbedding(_:))),
            ladder: model.ladder, threads: threads)
        let lists = ranking.best(
            k, for: EmbeddingTable(dimensions: dimensions, elements: embeddings.flatMap { $0 ?? zeros }),
            hiding: users.map { Array(histories.items(of: $0)) })
        // A user of whom nothing is known is shown nothing.
        let shown = lists.map { zip($0, embeddings).map { $1 == nil ? [] : $0 } }
        let wanted = users.map { Set(test[$0]) }
        return zip(model.ladder.rungs, shown).compactMap { dimensions, lists in
            RankingQuality(rankings: lists, relevant: wanted, k: k, catalogue: train.items.count)
                .map { Rung(dimensions: dimensions, quality: $0) }
        }
    }
}
