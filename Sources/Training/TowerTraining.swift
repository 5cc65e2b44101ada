import Domain
import Towers
import VectorKernels

/// Both towers in training: their parameters, their optimisers and one step of either way.
struct TowerTraining: Sendable {
    private let set: TrainingSet
    private let configuration: TrainingConfiguration
    private let workers: MatrixWorkers
    private let loss: NestedSoftmax
    private var generator: SeededGenerator
    private var encoder: EncoderTraining
    private let historyWeights: [Float]
    private var gates: [Float]
    private var gateOptimiser: RowwiseAdam
    private var userRows: [Float]
    private var userOptimiser: RowwiseAdam

    init(_ set: TrainingSet, _ configuration: TrainingConfiguration, generator: SeededGenerator) {
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
            steps: ladder.steps, rungWeights: weights.map { $0 / sum }, temperature: configuration.temperature,
            workers: workers)
        encoder = EncoderTraining(
            ItemEncoder(
                dimensions: dimensions, items: table(set.vocabulary.items.count),
                categories: table(set.vocabulary.categories.count), words: table(set.vocabulary.wordBuckets)))
        historyWeights = set.historyWeights(exponent: configuration.rarityExponent)
        let positions = set.isOrdered ? HistoryPosition.count : 0
        gates = [Float](repeating: 1, count: positions * dimensions)
        gateOptimiser = RowwiseAdam(rows: positions, dimensions: dimensions)
        userRows = configuration.userIDEmbedding ? table(set.users.count) : []
        userOptimiser = RowwiseAdam(rows: userRows.count / dimensions, dimensions: dimensions)
        self.generator = generator
    }

    /// Moves all parameters by one batch.
    ///
    /// - Returns: The batch's loss, weighted by its rows, and the sum of their weights.
    mutating func step(_ batch: TrainingBatch, rate: Float) -> (loss: Double, weight: Double) {
        let dimensions = configuration.ladder.fullLength
        let isDropped = set.features.map { $0.hasContent && generator.unit() < configuration.idDropout }
        let candidates = encoder.vectors(
            of: batch.candidates, features: set.features, isDropped: isDropped,
            paddedCount: NestedSoftmax.paddedCount(batch.candidates.count), workers: workers)
        let read = encoder.vectors(
            of: batch.readItems, features: set.features, isDropped: isDropped, paddedCount: batch.readItems.count,
            workers: workers)
        var users = [Float](repeating: 0, count: batch.count * dimensions)
        if !userRows.isEmpty {
            for (row, user) in batch.users.enumerated() {
                let from = Int(user) * dimensions
                for index in 0..<dimensions { users[row * dimensions + index] = userRows[from + index] }
            }
        }
        let pooling = HistoryPooling(
            batch: batch, dimensions: dimensions, gates: gates,
            weights: batch.readItems.map { historyWeights[Int($0)] }, workers: workers)
        pooling.add(read, to: &users)

        let gradients = loss.gradients(users: users, items: candidates, batch: batch)

        let keep = 1 - rate * configuration.weightDecay
        encoder.step(
            batch.candidates, features: set.features, isDropped: isDropped, gradients: gradients.items, rate: rate,
            keep: keep, workers: workers)
        encoder.step(
            batch.readItems, features: set.features, isDropped: isDropped,
            gradients: pooling.vectorGradients(gradients.users), rate: rate, keep: keep, workers: workers)
        if !gates.isEmpty {
            let links = (0..<HistoryPosition.count).map { (row: Int32($0), source: Int32($0)) }
            gateOptimiser.step(
                &gates, RowGather(ascending: links), gradients: pooling.gateGradients(gradients.users, vectors: read),
                rate: rate, keep: 1, workers: workers)
        }
        if !userRows.isEmpty {
            let links = zip(batch.users, Int32(0)...).map { (row: $0, source: $1, scale: Float(1)) }
            userOptimiser.step(
                &userRows, RowGather(links, tableRows: set.users.count), gradients: gradients.users, rate: rate,
                keep: keep, workers: workers)
        }
        return (gradients.loss, batch.rowWeights.reduce(0) { $0 + Double($1) })
    }

    /// The model as it is now.
    func model() -> TwoTowerModel {
        let dimensions = configuration.ladder.fullLength
        var mean = [Float](repeating: 0, count: dimensions)
        var sum = mean.mutableSpan
        for features in set.features { encoder.encoder.add(features, to: &sum) }
        if !FloatRows.scaleToUnitLength(&sum) { sum[0] = 1 }
        let users = userRows.isEmpty ? [] : set.users
        return TwoTowerModel(
            ladder: configuration.ladder, historyLength: configuration.historyLength, vocabulary: set.vocabulary,
            encoder: encoder.encoder, historyWeights: historyWeights, positionGates: gates,
            users: Dictionary(users.enumerated().map { ($1, $0) }) { first, _ in first }, userRows: userRows,
            unknownItem: mean)
    }
}
