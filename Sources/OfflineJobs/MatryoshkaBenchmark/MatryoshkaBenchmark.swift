public import ByteStreams
import Datasets
public import Domain
import Towers
public import Training

/// What short embeddings cost in quality, by each ``ShorteningMethod``, on one split of a data set.
///
/// All models see the same interactions, with the same settings and seed. The model of the full length alone stands in three
/// of the series: as it is, cut, and cut on its principal axes; so one model is trained for each length, and one for all.
public struct MatryoshkaBenchmark: Sendable {
    /// What is under way.
    public enum Step: Sendable {
        case reading
        /// A model's training begins; models count from 1.
        case beginning(model: Int, of: Int, ladder: PrefixLadder)
        /// An epoch of it has ended.
        case training(TrainingProgress)
        case ranking(ShorteningMethod)
    }

    private let train: ByteSource
    private let test: ByteSource
    private let items: ByteSource?
    private let weights: InteractionWeights
    private let configuration: TrainingConfiguration
    private let k: Int

    /// Prepares the benchmark.
    ///
    /// - Parameters:
    ///   - train: Interactions to train on.
    ///   - test: Interactions to find.
    ///   - items: What is known of the items, if anything is.
    ///   - weights: What a user's interactions with an item count in training.
    ///   - configuration: How to train; its ladder has the lengths.
    ///   - k: Items of each ranking that count; 1 or more.
    /// - Throws: ``MatryoshkaBenchmarkError/oneLength(_:)``.
    public init(
        train: ByteSource, test: ByteSource, items: ByteSource?, weights: InteractionWeights = .standard,
        configuration: TrainingConfiguration, k: Int
    ) throws(MatryoshkaBenchmarkError) {
        guard configuration.ladder.rungs.count > 1 else { throw .oneLength(configuration.ladder) }
        self.train = train
        self.test = test
        self.items = items
        self.weights = weights
        self.configuration = configuration
        self.k = k
    }

    /// Runs the benchmark; nothing comes of one that is cancelled.
    ///
    /// - Parameter progress: Told what is under way.
    /// - Returns: Quality by length for each method.
    /// - Throws: ``Datasets/DatasetError`` for a file, ``Training/TrainingError``, `CancellationError`.
    public func run(progress: @escaping @Sendable (Step) -> Void) async throws -> MatryoshkaReport {
        progress(.reading)
        let contents = try items.map { try CatalogueItemReader($0).readAll().map(ItemContent.init) } ?? []
        let data = try TrainingData(
            interactions: try InteractionReader(train).readAll(), items: contents, weighing: weights)
        let users = try TestUsers(train: data, test: try InteractionReader(test).readAll())
        let ladder = configuration.ladder
        var models: [MatryoshkaReport.Model] = []

        func split(_ lengths: PrefixLadder) async throws -> EmbeddedSplit {
            progress(.beginning(model: models.count + 1, of: ladder.rungs.count + 1, ladder: lengths))
            var configuration = configuration
            configuration.ladder = lengths
            if lengths != ladder { configuration.rungWeights = [] }
            let trained = try await Trainer(configuration).train(data) { progress(.training($0)) }
            // A training that is cancelled returns what it has; half of a comparison is none.
            try Task.checkCancellation()
            models.append(.init(ladder: lengths, training: trained))
            return try users.embedded(by: trained.model)
        }
        func qualities(_ method: ShorteningMethod, _ split: EmbeddedSplit, _ lengths: PrefixLadder) throws
            -> [RungQuality]
        {
            progress(.ranking(method))
            return try users.qualities(of: split, ladder: lengths, k: k, threads: configuration.threads)
        }

        let nested = try qualities(.matryoshka, try await split(ladder), ladder)
        let ordinary = try await split(try PrefixLadder([ladder.fullLength]))
        let cut = try qualities(.cut, ordinary, ladder)
        let turned = try qualities(.principalAxes, ordinary.onPrincipalAxes(), ladder)
        var separate: [RungQuality] = []
        for length in ladder.rungs.dropLast() {
            let alone = try PrefixLadder([length])
            separate += try qualities(.separate, try await split(alone), alone)
        }
        separate += cut.suffix(1)
        return MatryoshkaReport(
            k: k, users: users.count, items: data.items.count, configuration: configuration, models: models,
            series: [
                .init(method: .matryoshka, qualities: nested), .init(method: .separate, qualities: separate),
                .init(method: .cut, qualities: cut), .init(method: .principalAxes, qualities: turned),
            ])
    }
}
