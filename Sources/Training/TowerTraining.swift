import Domain
import Towers
import VectorKernels

/// Both towers in training: their parameters, their optimisers and one step of either way.
struct TowerTraining: Sendable {
    private let set: TrainingSet
    private let configuration: TrainingConfiguration
    private let workers: MatrixWorkers
    private let loss: NestedSoftmax
    private let historyWeights: [Float]
    private var generator: SeededGenerator
    private var encoder: EncoderTraining
    private var users: UserTraining

    init(
        _ set: TrainingSet, _ configuration: TrainingConfiguration, from start: WarmStart?, generator: SeededGenerator
    ) {
        let ladder = configuration.ladder
        let dimensions = ladder.fullLength
        var generator = generator
        let deviation = 1 / Float(dimensions).squareRoot()
        func table(_ rows: Int) -> [Float] { (0..<rows * dimensions).map { _ in deviation * generator.normal() } }
        self.set = set
        self.configuration = configuration
        workers = MatrixWorkers(count: configuration.threads)
        let weights =
            configuration.rungWeights.isEmpty
            ? [Float](repeating: 1, count: ladder.rungs.count) : configuration.rungWeights
        let sum = weights.reduce(0, +)
        loss = NestedSoftmax(
            steps: ladder.steps, rungWeights: weights.map { $0 / sum },
            temperature: configuration.temperature(isOrdered: set.isOrdered),
            workers: workers)
        var tables = ItemEncoder(
            dimensions: dimensions, items: table(set.vocabulary.items.count),
            categories: table(set.vocabulary.categories.count), words: table(set.vocabulary.wordBuckets))
        start?.fill(&tables)
        encoder = EncoderTraining(tables)
        historyWeights = set.historyWeights(exponent: configuration.rarityExponent)
        let shape = SequenceShape(
            dimensions: dimensions, width: configuration.readerWidth, blocks: configuration.readerBlocks)
        users = UserTraining(
            reader: set.isOrdered
                ? SequenceTraining(
                    shape: shape, encoder: start?.reader(shape), dropout: configuration.readerDropout, workers: workers,
                    generator: SeededGenerator(seed: generator.next()))
                : nil,
            rows: configuration.userIDEmbedding ? table(set.users.count) : [], historyWeights: historyWeights,
            dimensions: dimensions, workers: workers)
        self.generator = generator
    }

    /// What the next epoch depends on and the data does not give again.
    mutating func pass(through archive: inout CheckpointArchive) {
        archive.pass(&generator)
        encoder.pass(through: &archive)
        users.pass(through: &archive)
    }

    /// Moves all parameters by one batch.
    ///
    /// - Parameters:
    ///   - batch: What to learn from.
    ///   - pace: Share of the configured rates.
    /// - Returns: The batch's loss, weighted by its rows, and the sum of their weights.
    mutating func step(_ batch: TrainingBatch, pace: Float) -> (loss: Double, weight: Double) {
        let isDropped = set.features.map { $0.hasContent && generator.unit() < configuration.idDropout }
        let items = StepItems(
            batch, encoder: encoder, features: set.features, isDropped: isDropped, workers: workers)
        let candidates = items.matrix(
            of: batch.candidates, paddedCount: NestedSoftmax.paddedCount(batch.candidates.count))
        let reading = users.read(items.matrix(of: batch.readItems, paddedCount: batch.readItems.count), batch)
        let gradients = loss.gradients(users: reading.users, items: candidates, batch: batch)
        let rate = pace * configuration.learningRate(isOrdered: set.isOrdered)
        let readGradients = users.step(
            reading, batch, gradients: gradients.users, readerRate: pace * configuration.readerRate, rate: rate)
        let sums = items.gradients([(batch.candidates, gradients.items), (batch.readItems, readGradients)])
        encoder.step(
            items.rows, features: set.features, gradients: sums.items, contentGradients: sums.contents, rate: rate,
            keep: 1 - rate * configuration.weightDecay, workers: workers)
        return (gradients.loss, batch.rowWeights.reduce(0) { $0 + Double($1) })
    }

    /// The model as it is now.
    func model() -> TwoTowerModel {
        var mean = [Float](repeating: 0, count: configuration.ladder.fullLength)
        var sum = mean.mutableSpan
        for features in set.features { encoder.encoder.add(features, to: &sum) }
        if !FloatRows.scaleToUnitLength(&sum) { sum[0] = 1 }
        let known = users.rows.isEmpty ? [] : set.users
        return TwoTowerModel(
            ladder: configuration.ladder,
            historyLength: set.isOrdered ? configuration.sequenceLength : configuration.historyLength,
            vocabulary: set.vocabulary, encoder: encoder.encoder, historyWeights: historyWeights,
            reader: users.reader?.encoder,
            users: Dictionary(known.enumerated().map { ($1, $0) }) { first, _ in first }, userRows: users.rows,
            unknownItem: mean)
    }
}
