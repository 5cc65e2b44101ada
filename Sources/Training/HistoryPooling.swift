import Towers
import VectorKernels

/// The user tower's way from the vectors of history items to users, and back.
struct HistoryPooling {
    let batch: TrainingBatch
    let dimensions: Int
    /// As in the model; empty when order carries no meaning.
    let gates: [Float]
    let workers: MatrixWorkers

    /// Adds each row's pooled history to `users`.
    ///
    /// - Parameters:
    ///   - vectors: Row-major: the batch's read items × dimensions.
    ///   - users: Row-major: the batch's rows × dimensions.
    func add(_ vectors: [Float], to users: inout [Float]) {
        let (batch, dimensions, gates) = (batch, dimensions, gates)
        let boundaries = workers.shares(of: batch.count)
        workers.write(&users, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for row in boundaries[worker]..<boundaries[worker + 1] {
                let first = (row - boundaries[worker]) * dimensions
                var user = rows._mutatingExtracting(first..<first + dimensions)
                let history = batch.historyOffsets[row]..<batch.historyOffsets[row + 1]
                let share = ItemEncoder.share(of: history.count)
                var pooled = [Float](repeating: 0, count: dimensions)
                var sum = pooled.mutableSpan
                for index in history {
                    let vector = Self.row(Int(batch.history[index]), dimensions)
                    if gates.isEmpty {
                        FloatRows.add(vectors.span.extracting(vector), times: 1, to: &sum)
                    } else {
                        let gate = Self.row(HistoryPosition.position(age: history.upperBound - 1 - index), dimensions)
                        FloatRows.add(
                            vectors.span.extracting(vector), timesElements: gates.span.extracting(gate), to: &sum)
                    }
                }
                FloatRows.add(pooled.span, times: share, to: &user)
            }
        }
    }

    /// The gradient of the read items' vectors.
    ///
    /// - Parameter userGradients: Row-major: the batch's rows × dimensions.
    /// - Returns: Row-major: the batch's read items × dimensions.
    func vectorGradients(_ userGradients: [Float]) -> [Float] {
        let (batch, dimensions, gates) = (batch, dimensions, gates)
        // Where each read item stands: its row of the batch and its gate, grouped by item.
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
                places[next[item]] = (Int32(row), gates.isEmpty ? 0 : Int32(HistoryPosition.position(age: age)))
                next[item] += 1
            }
        }
        let placed = places
        var gradients = [Float](repeating: 0, count: batch.readItems.count * dimensions)
        let boundaries = workers.shares(of: batch.readItems.count)
        workers.write(&gradients, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            var scaled = [Float](repeating: 0, count: dimensions)
            for item in boundaries[worker]..<boundaries[worker + 1] {
                let first = (item - boundaries[worker]) * dimensions
                var sum = rows._mutatingExtracting(first..<first + dimensions)
                for place in placed[offsets[item]..<offsets[item + 1]] {
                    let row = Int(place.row)
                    let share = ItemEncoder.share(of: batch.historyOffsets[row + 1] - batch.historyOffsets[row])
                    let user = userGradients.span.extracting(Self.row(row, dimensions))
                    guard !gates.isEmpty else {
                        FloatRows.add(user, times: share, to: &sum)
                        continue
                    }
                    for index in scaled.indices { scaled[index] = share * user[index] }
                    let gate = Self.row(Int(place.position), dimensions)
                    FloatRows.add(scaled.span, timesElements: gates.span.extracting(gate), to: &sum)
                }
            }
        }
        return gradients
    }

    /// The gradient of the gates: row-major, positions × dimensions.
    func gateGradients(_ userGradients: [Float], vectors: [Float]) -> [Float] {
        let (batch, dimensions) = (batch, dimensions)
        let length = HistoryPosition.count * dimensions
        var partial = [Float](repeating: 0, count: workers.count * length)
        let workers = workers
        workers.write(&partial, rowLength: length, boundaries: Array(0...workers.count)) { worker, gradients in
            var scaled = [Float](repeating: 0, count: dimensions)
            for row in workers.range(of: worker, rows: batch.count) {
                let history = batch.historyOffsets[row]..<batch.historyOffsets[row + 1]
                let share = ItemEncoder.share(of: history.count)
                for index in scaled.indices { scaled[index] = share * userGradients[row * dimensions + index] }
                for index in history {
                    let position = HistoryPosition.position(age: history.upperBound - 1 - index)
                    var gate = gradients._mutatingExtracting(Self.row(position, dimensions))
                    let vector = Self.row(Int(batch.history[index]), dimensions)
                    FloatRows.add(vectors.span.extracting(vector), timesElements: scaled.span, to: &gate)
                }
            }
        }
        var sum = [Float](repeating: 0, count: length)
        var total = sum.mutableSpan
        for worker in 0..<workers.count {
            FloatRows.add(partial.span.extracting(worker * length..<(worker + 1) * length), times: 1, to: &total)
        }
        return sum
    }

    private static func row(_ row: Int, _ dimensions: Int) -> Range<Int> { row * dimensions..<(row + 1) * dimensions }
}
