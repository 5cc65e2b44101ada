import Towers
import VectorKernels

/// The user tower in training: from the vectors of the items that a batch's histories read to its users, and back.
struct UserTraining: Sendable {
    /// Reads histories in order; `nil` where order carries no meaning and histories are pooled.
    private(set) var reader: SequenceTraining?
    /// Rows of the users' own, row-major: users × dimensions; empty without.
    private(set) var rows: [Float]
    private var optimiser: RowwiseAdam
    /// What each item's vector is multiplied by in a pooled history.
    private let historyWeights: [Float]
    private let dimensions: Int
    private let workers: MatrixWorkers

    /// What the way forward leaves for the way back.
    struct Reading: Sendable {
        /// Row-major: the batch's rows × dimensions.
        let users: [Float]
        fileprivate let passes: [SequencePass]
        fileprivate let pooling: HistoryPooling
    }

    init(
        reader: SequenceTraining?, rows: [Float], historyWeights: [Float], dimensions: Int, workers: MatrixWorkers
    ) {
        self.reader = reader
        self.rows = rows
        optimiser = RowwiseAdam(rows: rows.count / dimensions, dimensions: dimensions)
        self.historyWeights = historyWeights
        self.dimensions = dimensions
        self.workers = workers
    }

    /// What the next step depends on.
    mutating func pass(through archive: inout CheckpointArchive) {
        reader?.pass(through: &archive)
        archive.pass(&rows)
        optimiser.pass(through: &archive)
    }

    /// Embeds the users of a batch.
    ///
    /// - Parameters:
    ///   - read: Row-major: the batch's read items × dimensions.
    ///   - batch: Whose histories.
    /// - Returns: The users, and what the way back needs.
    mutating func read(_ read: [Float], _ batch: TrainingBatch) -> Reading {
        let dimensions = dimensions
        var users = [Float](repeating: 0, count: batch.count * dimensions)
        if !rows.isEmpty {
            for (row, user) in batch.users.enumerated() {
                let from = Int(user) * dimensions
                for index in 0..<dimensions { users[row * dimensions + index] = rows[from + index] }
            }
        }
        let pooling = HistoryPooling(
            batch: batch, dimensions: dimensions, weights: batch.readItems.map { historyWeights[Int($0)] },
            workers: workers)
        let passes = reader?.forward(read, batch) ?? []
        if reader == nil {
            pooling.add(read, to: &users)
        } else {
            var sum = users.mutableSpan
            var first = 0
            for pass in passes {
                var part = sum._mutatingExtracting(first..<first + pass.users.count)
                FloatRows.add(pass.users.span, times: 1, to: &part)
                first += pass.users.count
            }
        }
        return Reading(users: users, passes: passes, pooling: pooling)
    }

    /// Moves the tower's parameters against the users' gradient.
    ///
    /// - Parameters:
    ///   - reading: The way forward.
    ///   - batch: That it was made of.
    ///   - gradients: Row-major: the batch's rows × dimensions.
    ///   - readerRate: Rate of the reader's parameters.
    ///   - rate: Rate of the users' own rows.
    /// - Returns: The gradient of the vectors read: the batch's read items × dimensions.
    mutating func step(
        _ reading: Reading, _ batch: TrainingBatch, gradients: [Float], readerRate: Float, rate: Float
    ) -> [Float] {
        if !rows.isEmpty {
            let links = zip(batch.users, Int32(0)...).map { (row: $0, source: $1, scale: Float(1)) }
            optimiser.step(
                &rows, RowGather(links, tableRows: rows.count / dimensions), gradients: gradients, rate: rate, keep: 1,
                workers: workers)
        }
        guard let vectors = reader?.step(reading.passes, users: gradients, rate: readerRate) else {
            return reading.pooling.vectorGradients(gradients)
        }
        return batch.sums(of: vectors, dimensions: dimensions)
    }
}
