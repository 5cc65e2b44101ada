public import ByteStreams
import Datasets
public import Domain
import Planning
import Towers
public import Training

/// What sharing a capacity out by value is worth, on a data set's own queries.
///
/// The towers are trained on all of the interactions; users are the queries. Half of them say what plans find and cost, the
/// other half is replayed: each request stands for one of their interactions, drawn with equal chances, and is worth
/// 2^rating − 1.
public struct AllocatorBenchmark: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        case reading
        /// An epoch has ended.
        case training(TrainingProgress)
        case measuring(queries: Int)
        case replaying
    }

    /// What is measured, and how long.
    public struct Settings: Hashable, Sendable {
        /// Users measured at most, spread evenly over all.
        public var queries = 2_000
        /// Expected recall that the uniform plan reaches: the cheapest that does is 100 % of the spend.
        public var recall = 0.95
        /// Streams drawn.
        public var seeds = 20

        public init() {}
    }

    private let train: ByteSource
    private let items: ByteSource?
    private let weights: InteractionWeights
    private let configuration: TrainingConfiguration
    private let settings: Settings

    private static let k = 10
    private static let requests = 25_000
    private static let shares = [0.3, 0.5, 0.7, 1]

    /// Prepares the benchmark.
    ///
    /// - Parameters:
    ///   - train: Interactions.
    ///   - items: What is known of the items, if anything is.
    ///   - weights: What a user's interactions with an item count in training.
    ///   - configuration: How to train.
    ///   - settings: What is measured.
    public init(
        train: ByteSource, items: ByteSource?, weights: InteractionWeights = .standard,
        configuration: TrainingConfiguration, settings: Settings = Settings()
    ) {
        self.train = train
        self.items = items
        self.weights = weights
        self.configuration = configuration
        self.settings = settings
    }

    /// Runs the benchmark; nothing comes of one that is cancelled.
    ///
    /// - Parameter progress: Told what is under way.
    /// - Returns: What was found.
    /// - Throws: ``Datasets/DatasetError``, ``Training/TrainingError``, ``AllocatorBenchmarkError``, `CancellationError`.
    public func run(progress: @escaping @Sendable (Step) -> Void) async throws -> AllocatorReport {
        progress(.reading)
        let contents = try items.map { try CatalogueItemReader($0).readAll().map(ItemContent.init) } ?? []
        let interactions = try InteractionReader(train).readAll()
        let data = try TrainingData(interactions: interactions, items: contents, weighing: weights)
        let trained = try await Trainer(configuration).train(data) { progress(.training($0)) }
        try Task.checkCancellation()
        let (grid, measured) = try measure(data, trained.model, progress: progress)
        guard measured.count >= AllocatorBenchmarkError.fewest else {
            throw AllocatorBenchmarkError.tooFewUsers(measured.count)
        }
        progress(.replaying)
        let fitted = measured.indices.filter { $0 % 2 == 0 }.map { measured[$0].query }
        let replayed = measured.indices.filter { $0 % 2 == 1 }.map { measured[$0] }
        let places = Dictionary(replayed.enumerated().map { ($1.user, $0) }) { first, _ in first }
        let drawn = interactions.compactMap { interaction in
            places[interaction.user].map { (query: $0, rating: interaction.value.map(Double.init)) }
        }
        return try report(
            ExpectedPlans(grid: grid, queries: fitted), queries: replayed.map(\.query), drawn: drawn,
            items: data.items.count, fitted: fitted.count)
    }

    private func measure(
        _ data: TrainingData, _ model: TwoTowerModel, progress: (Step) -> Void
    ) throws -> (AllocatorGrid, [(user: UserID, query: MeasuredQuery)]) {
        let features = data.items.map(model.features(of:))
        var table = EmbeddingTable(dimensions: model.ladder.fullLength, elements: [])
        for features in features { table.elements += model.itemEmbedding(features) }
        let measurement = try QueryMeasurement(items: table, ladder: model.ladder, model: .shipped, k: Self.k)
        let histories = data.histories()
        let step = max(1, data.users.count / settings.queries)
        var measured: [(user: UserID, query: MeasuredQuery)] = []
        for user in stride(from: 0, to: data.users.count, by: step).prefix(settings.queries) {
            try Task.checkCancellation()
            if measured.count % 100 == 0 { progress(.measuring(queries: measured.count)) }
            let history = histories[user].map { features[Int($0)] }
            guard let query = model.userEmbedding(history: history, user: data.users[user]),
                let found = try measurement.measured(query, seen: histories[user])
            else { continue }
            measured.append((data.users[user], found))
        }
        return (measurement.grid, measured)
    }

    private func report(
        _ expected: ExpectedPlans, queries: [MeasuredQuery], drawn: [(query: Int, rating: Double?)], items: Int,
        fitted: Int
    ) throws -> AllocatorReport {
        let reference = expected.offers.firstIndex { $0.expectedRecall >= settings.recall } ?? expected.offers.count - 1
        let whole = expected.offers[reference].cost.units
        let replays = (1...max(1, settings.seeds)).map { seed in
            AllocatorReplay(
                expected: expected, queries: queries,
                stream: ReplayedRequest.stream(Self.requests, of: drawn, seed: UInt64(seed)))
        }
        let rows = try Self.shares.map { share in
            try Task.checkCancellation()
            let units = share * whole
            guard let mix = expected.mix(spending: units), let fixed = expected.fixed(spending: units) else {
                return AllocatorReport.Row(share: share, units: units, figures: nil)
            }
            let uniform = replays.map { $0.uniform(mix) }
            let allocated = try replays.map { try $0.allocated(spending: units) }
            let equal = try zip(replays, uniform).map { replay, uniform in
                try replay.spend(reaching: uniform.recall, atMost: uniform.spend) / uniform.spend
            }
            return AllocatorReport.Row(
                share: share, units: units,
                figures: AllocatorReport.Figures(
                    allocator: SeedMean(allocated.map(\.recall)), spent: SeedMean(allocated.map { $0.spend / units }),
                    uniform: SeedMean(uniform.map(\.recall)),
                    fixed: SeedMean(replays.map { $0.uniform(fixed).recall }),
                    fixedPlan: expected.grid.name(of: fixed.first), equalSpend: SeedMean(equal)))
        }
        return AllocatorReport(
            items: items, fitted: fitted, replayed: queries.count, hasRatings: drawn.contains { $0.rating != nil },
            seeds: replays.count, requests: Self.requests - AllocatorReplay.warmUp,
            uniformPlan: expected.grid.name(of: expected.frontier[reference]), uniformUnits: whole, rows: rows)
    }
}

/// Why an allocator benchmark cannot be run.
public enum AllocatorBenchmarkError: Error, Hashable, CustomStringConvertible {
    case tooFewUsers(Int)

    static let fewest = 100

    public var description: String {
        switch self {
        case .tooFewUsers(let count):
            "The data set has \(count) users with something to find; halves of fewer than \(Self.fewest) say nothing. Give "
                + "a larger one."
        }
    }
}
