import Domain
import Towers
import VectorKernels

/// The memory that a training takes beside what its data takes already, by what it is for; in bytes.
///
/// It grows with the tables' rows: the rest is bounded by the settings. Figures are upper ends of what the arrays hold at
/// once; the allocator and the program itself come on top.
public struct TrainingMemory: Hashable, Sendable {
    /// Histories, features and their edges.
    public let histories: Int
    /// Parameters of both towers.
    public let tables: Int
    /// The optimisers' moments.
    public let optimiser: Int
    /// The best model and the one that is being judged.
    public let models: Int
    /// What the interaction graph's teacher holds while it says what users should be shown; 0 where nobody is taught.
    public let teacher: Int
    /// What it said.
    public let targets: Int
    /// What one step holds: batch, candidates, logits.
    public let step: Int
    /// What ranking the validation users holds.
    public let validation: Int
    /// What embedding and ranking all users holds once training is over, beside the model.
    public let afterwards: Int

    /// The most that is held at once.
    public var total: Int {
        let training = max(teacher, targets + models + max(step, validation))
        return max(histories + tables + optimiser + training, models + afterwards)
    }

    /// Counts what a training will hold, in time linear in the titles.
    ///
    /// - Parameters:
    ///   - configuration: How it trains.
    ///   - data: What it trains on.
    public init(_ configuration: TrainingConfiguration, _ data: TrainingData) {
        let isOrdered = configuration.isOrdered ?? !data.times.isEmpty
        let float = MemoryLayout<Float>.stride
        let (dimensions, rungs) = (configuration.ladder.fullLength, configuration.ladder.rungs.count)
        let (users, items, interactions) = (data.users.count, data.items.count, data.userIndices.count)
        let content = TrainingSet.contentRows(of: data.items)
        let threads = configuration.threads
        let shape = SequenceShape(
            dimensions: dimensions, width: configuration.readerWidth, blocks: configuration.readerBlocks)
        let reader = isOrdered ? shape.count : 0
        let rows = items + content + (configuration.userIDEmbedding ? users : 0)
        let isTaught = !isOrdered && configuration.taughtShare > 0

        // With and without what is held out: rows, weights, and the events of each user while they are grouped.
        histories = 24 * interactions + 64 * users + 128 * items
        tables = float * (rows * dimensions + reader)
        optimiser = float * (rows * (dimensions + 3) + 2 * reader)
        models = 2 * tables

        let graph = isTaught ? GraphTeacher.memory(data, threads: threads) : 0
        let listed = isTaught ? users * min(configuration.taughtDepth, items) : 0
        teacher = graph + MemoryLayout<ScoredRow>.stride * listed
        targets = (MemoryLayout<Int32>.stride + float) * listed

        let candidates = NestedSoftmax.paddedCount(min(configuration.candidates(isOrdered: isOrdered), items))
        let softmax = threads * candidates * (rungs * NestedSoftmaxPart.tile + dimensions) + 2 * candidates * dimensions
        // Of the batch: the rows' users and gradients; of what they read: vectors, gradients and sums of both.
        let batchSize = configuration.batchSize(isOrdered: isOrdered)
        let batchRows = isOrdered ? 8 * batchSize + configuration.sequenceLength : batchSize
        let length = isOrdered ? 1 : min(configuration.historyLength, max(1, interactions / max(users, 1)))
        let read = min(items, batchRows * length)
        let batch = 4 * batchRows * dimensions + 4 * read * dimensions
        // A row of the reader holds its inputs, sums, outputs and their gradients; fifteen vectors a block on the way forward,
        // and a dozen of the block that is under way back.
        let passes =
            isOrdered ? batchRows * (8 * dimensions + configuration.readerWidth * (15 * shape.blocks + 12)) : 0
        step = float * (softmax + batch + passes + 2 * threads * reader)

        func ranking(_ judged: Int) -> Int {
            // Embeddings one by one and side by side, in arrays that double as they grow; a tile of scores a worker.
            float * (2 * items * dimensions + 3 * judged * dimensions + threads * MaskedRanking.tile * items)
        }
        validation = ranking(min(Int((Double(users) * configuration.validationShare).rounded(.up)), 4_000))
        afterwards = ranking(users)
    }
}
