import Towers
import VectorKernels

/// The user tower's way from the vectors of history items to users, and back.
struct HistoryPooling {
    let batch: TrainingBatch
    let dimensions: Int
    /// As in the model; empty when order carries no meaning.
    let gates: [Float]
    /// What each of the batch's read items is multiplied by.
    let weights: [Float]
    let workers: MatrixWorkers

    /// Adds each row's pooled history to `users`.
    ///
    /// - Parameters:
    ///   - vectors: Row-major: the batch's read items × dimensions.
    ///   - users: Row-major: the batch's rows × dimensions.
    func add(_ vectors: [Float], to users: inout [Float]) {
        let (batch, dimensions, gates, weights) = (batch, dimensions, gates, weights)
        let boundaries = workers.shares(of: batch.count)
        workers.write(&users, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for row in boundaries[worker]..<boundaries[worker + 1] {
                var user = rows._mutatingExtracting(Self.range(row - boundaries[worker], dimensions))
                let history = batch.historyOffsets[row]..<batch.historyOffsets[row + 1]
                let share = ItemEncoder.share(of: history.count)
                for index in history {
                    let item = Int(batch.history[index])
                    let vector = vectors.span.extracting(Self.range(item, dimensions))
                    if gates.isEmpty {
                        FloatRows.add(vector, times: share * weights[item], to: &user)
                    } else {
                        let position = HistoryPosition.position(age: history.upperBound - 1 - index)
                        let gate = gates.span.extracting(Self.range(position, dimensions))
                        FloatRows.add(vector, timesElements: gate, times: share * weights[item], to: &user)
                    }
                }
            }
        }
    }

    /// The gradient of the read items' vectors.
    ///
    /// - Parameter userGradients: Row-major: the batch's rows × dimensions.
    /// - Returns: Row-major: the batch's read items × dimensions.
    func vectorGradients(_ userGradients: [Float]) -> [Float] {
        let (batch, dimensions, gates, weights) = (batch, dimensions, gates, weights)
        let (offsets, places) = readers()
        var gradients = [Float](repeating: 0, count: batch.readItems.count * dimensions)
        let boundaries = workers.shares(of: batch.readItems.count)
        workers.write(&gradients, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for item in boundaries[worker]..<boundaries[worker + 1] {
                var sum = rows._mutatingExtracting(Self.range(item - boundaries[worker], dimensions))
                for place in offsets[item]..<offsets[item + 1] {
                    let (row, position) = (Int(places[place].row), Int(places[place].position))
                    let share = ItemEncoder.share(of: batch.historyOffsets[row + 1] - batch.historyOffsets[row])
                    let user = userGradients.span.extracting(Self.range(row, dimensions))
                    if gates.isEmpty {
                        FloatRows.add(user, times: share * weights[item], to: &sum)
                    } else {
                        let gate = gates.span.extracting(Self.range(position, dimensions))
                        FloatRows.add(user, timesElements: gate, times: share * weights[item], to: &sum)
                    }
                }
            }
        }
        return gradients
    }

    /// The gradient of the gates.
    ///
    /// - Parameters:
    ///   - userGradients: Row-major: the batch's rows × dimensions.
    ///   - vectors: Row-major: the batch's read items × dimensions.
    /// - Returns: Row-major: positions × dimensions.
    func gateGradients(_ userGradients: [Float], vectors: [Float]) -> [Float] {
        let (batch, dimensions, weights, workers) = (batch, dimensions, weights, workers)
        let length = HistoryPosition.count * dimensions
        var partial = [Float](repeating: 0, count: workers.count * length)
        workers.write(&partial, rowLength: length, boundaries: Array(0...workers.count)) { worker, gradients in
            for row in workers.range(of: worker, rows: batch.count) {
                let history = batch.historyOffsets[row]..<batch.historyOffsets[row + 1]
                let share = ItemEncoder.share(of: history.count)
                let user = userGradients.span.extracting(Self.range(row, dimensions))
                for index in history {
                    let position = HistoryPosition.position(age: history.upperBound - 1 - index)
                    let item = Int(batch.history[index])
                    var gate = gradients._mutatingExtracting(Self.range(position, dimensions))
                    let vector = vectors.span.extracting(Self.range(item, dimensions))
                    FloatRows.add(vector, timesElements: user, times: share * weights[item], to: &gate)
                }
            }
        }
        var sum = [Float](repeating: 0, count: length)
        var total = sum.mutableSpan
        for worker in 0..<workers.count {
            FloatRows.add(partial.span.extracting(Self.range(worker, length)), times: 1, to: &total)
        }
        return sum
    }

    /// Where each read item stands: rows of the batch and positions in their histories, grouped by item.
    private func readers() -> (offsets: [Int], places: [(row: Int32, position: Int32)]) {
        var next = [Int](repeating: 0, count: batch.readItems.count + 1)
        for item in batch.history { next[Int(item) + 1] += 1 }
        for item in batch.readItems.indices { next[item + 1] += next[item] }
        let offsets = next
        var places = [(row: Int32, position: Int32)](repeating: (0, 0), count: batch.history.count)
        for row in 0..<batch.count {
            let history = batch.historyOffsets[row]..<batch.historyOffsets[row + 1]
            for index in history {
                let item = Int(batch.history[index])
                let age = history.upperBound - 1 - index
                places[next[item]] = (Int32(row), Int32(HistoryPosition.position(age: age)))
                next[item] += 1
            }
        }
        return (offsets, places)
    }

    private static func range(_ row: Int, _ length: Int) -> Range<Int> { row * length..<(row + 1) * length }
}
