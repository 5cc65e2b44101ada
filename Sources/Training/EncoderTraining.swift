import Towers
import VectorKernels

/// The encoder in training: its tables, their optimisers, and the way between a list of items and a matrix of their vectors.
struct EncoderTraining: Sendable {
    private(set) var encoder: ItemEncoder
    private var items: RowwiseAdam
    private var categories: RowwiseAdam
    private var words: RowwiseAdam

    init(_ encoder: ItemEncoder) {
        func adam(_ table: [Float]) -> RowwiseAdam {
            RowwiseAdam(rows: table.count / encoder.dimensions, dimensions: encoder.dimensions)
        }
        self.encoder = encoder
        items = adam(encoder.items)
        categories = adam(encoder.categories)
        words = adam(encoder.words)
    }

    /// Vectors of some items, a row each.
    ///
    /// - Parameters:
    ///   - list: Rows of the vocabulary.
    ///   - features: Of all the vocabulary's items.
    ///   - isDropped: Whether an item's own row is left out.
    ///   - paddedCount: Rows of the result; those past the list are zero.
    ///   - workers: Share the rows.
    /// - Returns: Row-major: `paddedCount` × dimensions.
    func vectors(
        of list: [Int32], features: [ItemFeatures], isDropped: [Bool], paddedCount: Int, workers: MatrixWorkers
    ) -> [Float] {
        let dimensions = encoder.dimensions
        let encoder = encoder
        var matrix = [Float](repeating: 0, count: paddedCount * dimensions)
        let boundaries = workers.shares(of: list.count)
        workers.write(&matrix, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for index in boundaries[worker]..<boundaries[worker + 1] {
                let first = (index - boundaries[worker]) * dimensions
                var row = rows._mutatingExtracting(first..<first + dimensions)
                let item = Int(list[index])
                encoder.add(features[item], readsItem: !isDropped[item], to: &row)
            }
        }
        return matrix
    }

    /// Moves the rows that made the vectors of `list` against the vectors' gradients.
    mutating func step(
        _ list: [Int32], features: [ItemFeatures], isDropped: [Bool], gradients: [Float], rate: Float, keep: Float,
        workers: MatrixWorkers
    ) {
        let own = zip(list, Int32(0)...).filter { !isDropped[Int($0.0)] }.map { (row: $0.0, source: $0.1) }
        items.step(
            &encoder.items, RowGather(ascending: own), gradients: gradients, rate: rate, keep: keep, workers: workers)
        func gather(_ part: KeyPath<ItemFeatures, [Int32]>, _ table: [Float]) -> RowGather {
            var links: [(row: Int32, source: Int32, scale: Float)] = []
            for (source, item) in list.enumerated() {
                let rows = features[Int(item)][keyPath: part]
                let scale = ItemEncoder.share(of: rows.count)
                for row in rows { links.append((row, Int32(source), scale)) }
            }
            return RowGather(links, tableRows: table.count / encoder.dimensions)
        }
        if !encoder.categories.isEmpty {
            let rows = gather(\.categories, encoder.categories)
            categories.step(
                &encoder.categories, rows, gradients: gradients, rate: rate, keep: keep, workers: workers)
        }
        if !encoder.words.isEmpty {
            let rows = gather(\.words, encoder.words)
            words.step(&encoder.words, rows, gradients: gradients, rate: rate, keep: keep, workers: workers)
        }
    }
}
