import Towers
import VectorKernels

/// The items that a step touches: their vectors on the way forward, the sums of their gradients on the way back.
struct StepItems {
    /// Ascending rows of the vocabulary.
    let rows: [Int32]
    /// Row-major: `rows.count` × dimensions.
    private let vectors: [Float]
    /// As `vectors`, by content alone; empty when no item is read so.
    private let contents: [Float]
    /// For each item of the vocabulary whether the step reads it by content alone.
    private let isDropped: [Bool]
    private let dimensions: Int
    private let workers: MatrixWorkers
    /// For each item of the vocabulary its place in `rows`.
    private let places: [Int32]

    /// Embeds the items of a step.
    init(
        _ batch: TrainingBatch, encoder: EncoderTraining, features: [ItemFeatures], isDropped: [Bool],
        workers: MatrixWorkers
    ) {
        var places = [Int32](repeating: -1, count: features.count)
        for item in batch.candidates { places[Int(item)] = 0 }
        for item in batch.readItems { places[Int(item)] = 0 }
        rows = (0..<Int32(features.count)).filter { places[Int($0)] == 0 }
        for (place, item) in rows.enumerated() { places[Int(item)] = Int32(place) }
        self.places = places
        let dimensions = encoder.encoder.dimensions
        vectors = encoder.vectors(of: rows, features: features, workers: workers)
        contents =
            isDropped.contains(true)
            ? encoder.vectors(of: rows, features: features, readsItem: false, workers: workers) : []
        self.isDropped = isDropped
        self.dimensions = dimensions
        self.workers = workers
    }

    /// The vectors of some of the step's items.
    ///
    /// - Parameters:
    ///   - list: Rows of the vocabulary.
    ///   - paddedCount: Rows of the result; those past the list are zero.
    /// - Returns: Row-major: `paddedCount` × dimensions.
    func matrix(of list: [Int32], paddedCount: Int) -> [Float] {
        let (vectors, contents, isDropped, places, dimensions) = (vectors, contents, isDropped, places, dimensions)
        var matrix = [Float](repeating: 0, count: paddedCount * dimensions)
        let boundaries = workers.shares(of: list.count)
        workers.write(&matrix, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for index in boundaries[worker]..<boundaries[worker + 1] {
                let (item, first) = (Int(list[index]), (index - boundaries[worker]) * dimensions)
                let from = Int(places[item]) * dimensions
                var row = rows._mutatingExtracting(first..<first + dimensions)
                let vector = (isDropped[item] ? contents : vectors).span.extracting(from..<from + dimensions)
                FloatRows.add(vector, times: 1, to: &row)
            }
        }
        return matrix
    }

    /// Adds the gradients of matrices up, item by item.
    ///
    /// - Parameter matrices: The list that each was made of, and its gradient.
    /// - Returns: Row-major, `rows.count` × dimensions: the gradients of the items' own rows, and of their contents.
    func gradients(_ matrices: [(list: [Int32], gradient: [Float])]) -> (items: [Float], contents: [Float]) {
        func sum(dropped: Bool) -> [Float] {
            let (isDropped, places, dimensions) = (isDropped, places, dimensions)
            var sum = [Float](repeating: 0, count: rows.count * dimensions)
            for (list, gradient) in matrices {
                // Each list ascends and names an item once, so workers write rows of their own.
                let shares = workers.shares(of: list.count)
                let boundaries = shares.enumerated().map { worker, share in
                    worker == 0 ? 0 : share < list.count ? Int(places[Int(list[share])]) : rows.count
                }
                workers.write(&sum, rowLength: dimensions, boundaries: boundaries) { worker, rows in
                    for index in shares[worker]..<shares[worker + 1] where isDropped[Int(list[index])] == dropped {
                        let first = (Int(places[Int(list[index])]) - boundaries[worker]) * dimensions
                        var row = rows._mutatingExtracting(first..<first + dimensions)
                        FloatRows.add(
                            gradient.span.extracting(index * dimensions..<(index + 1) * dimensions), times: 1, to: &row)
                    }
                }
            }
            return sum
        }
        let items = sum(dropped: false)
        guard !contents.isEmpty else { return (items, items) }
        var total = sum(dropped: true)
        var contents = total.mutableSpan
        FloatRows.add(items.span, times: 1, to: &contents)
        return (items, total)
    }
}
