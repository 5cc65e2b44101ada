import Towers
import VectorKernels

/// The user tower's way from the vectors of history items to users, and back.
struct HistoryPooling {
    let batch: TrainingBatch
    let dimensions: Int
    /// What each of the batch's read items is multiplied by.
    let weights: [Float]
    let workers: MatrixWorkers

    /// Adds each row's pooled history to `users`.
    ///
    /// - Parameters:
    ///   - vectors: Row-major: the batch's read items × dimensions.
    ///   - users: Row-major: the batch's rows × dimensions.
    func add(_ vectors: [Float], to users: inout [Float]) {
        let (batch, dimensions, weights) = (batch, dimensions, weights)
        let boundaries = workers.shares(of: batch.count)
        workers.write(&users, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for row in boundaries[worker]..<boundaries[worker + 1] {
                var user = rows._mutatingExtracting(Self.range(row - boundaries[worker], dimensions))
                let history = batch.historyOffsets[row]..<batch.historyOffsets[row + 1]
                let share = ItemEncoder.share(of: history.count)
                for index in history {
                    let item = Int(batch.history[index])
                    let vector = vectors.span.extracting(Self.range(item, dimensions))
                    FloatRows.add(vector, times: share * weights[item], to: &user)
                }
            }
        }
    }

    /// The gradient of the read items' vectors.
    ///
    /// - Parameter userGradients: Row-major: the batch's rows × dimensions.
    /// - Returns: Row-major: the batch's read items × dimensions.
    func vectorGradients(_ userGradients: [Float]) -> [Float] {
        let (batch, dimensions, weights) = (batch, dimensions, weights)
        let (offsets, readers) = readers()
        var gradients = [Float](repeating: 0, count: batch.readItems.count * dimensions)
        let boundaries = workers.shares(of: batch.readItems.count)
        workers.write(&gradients, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for item in boundaries[worker]..<boundaries[worker + 1] {
                var sum = rows._mutatingExtracting(Self.range(item - boundaries[worker], dimensions))
                for place in offsets[item]..<offsets[item + 1] {
                    let row = Int(readers[place])
                    let share = ItemEncoder.share(of: batch.historyOffsets[row + 1] - batch.historyOffsets[row])
                    let user = userGradients.span.extracting(Self.range(row, dimensions))
                    FloatRows.add(user, times: share * weights[item], to: &sum)
                }
            }
        }
        return gradients
    }

    /// The rows that read each item, grouped by item.
    private func readers() -> (offsets: [Int], rows: [Int32]) {
        var next = [Int](repeating: 0, count: batch.readItems.count + 1)
        for item in batch.history { next[Int(item) + 1] += 1 }
        for item in batch.readItems.indices { next[item + 1] += next[item] }
        let offsets = next
        var rows = [Int32](repeating: 0, count: batch.history.count)
        for row in 0..<batch.count {
            for index in batch.historyOffsets[row]..<batch.historyOffsets[row + 1] {
                let item = Int(batch.history[index])
                rows[next[item]] = Int32(row)
                next[item] += 1
            }
        }
        return (offsets, rows)
    }

    private static func range(_ row: Int, _ length: Int) -> Range<Int> { row * length..<(row + 1) * length }
}
