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

    /// Sets the items' own rows.
    mutating func start(items: [Float]) { encoder.items = items }

    /// What the next step depends on.
    mutating func pass(through archive: inout CheckpointArchive) {
        archive.pass(&encoder.items)
        archive.pass(&encoder.categories)
        archive.pass(&encoder.words)
        items.pass(through: &archive)
        categories.pass(through: &archive)
        words.pass(through: &archive)
    }

    /// Vectors of some items, a row each.
    ///
    /// - Parameters:
    ///   - list: Rows of the vocabulary.
    ///   - features: Of all the vocabulary's items.
    ///   - readsItem: Whether an item's own row takes part.
    ///   - workers: Share the rows.
    /// - Returns: Row-major: `list.count` × dimensions.
    func vectors(
        of list: [Int32], features: [ItemFeatures], readsItem: Bool = true, workers: MatrixWorkers
    ) -> [Float] {
        let dimensions = encoder.dimensions
        let encoder = encoder
        var matrix = [Float](repeating: 0, count: list.count * dimensions)
        let boundaries = workers.shares(of: list.count)
        workers.write(&matrix, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for index in boundaries[worker]..<boundaries[worker + 1] {
                let first = (index - boundaries[worker]) * dimensions
                var row = rows._mutatingExtracting(first..<first + dimensions)
                encoder.add(features[Int(list[index])], readsItem: readsItem, to: &row)
            }
        }
        return matrix
    }

    /// Moves the rows that made the vectors of `list` against their gradients.
    ///
    /// - Parameters:
    ///   - list: Ascending rows of the vocabulary.
    ///   - features: Of all the vocabulary's items.
    ///   - gradients: Row-major: `list.count` × dimensions; of the items' own rows.
    ///   - contentGradients: As `gradients`; of the sums of the content's rows.
    ///   - rate: Length of a step.
    ///   - keep: What a row is multiplied by before it moves.
    ///   - workers: Share the rows.
    mutating func step(
        _ list: [Int32], features: [ItemFeatures], gradients: [Float], contentGradients: [Float], rate: Float,
        keep: Float, workers: MatrixWorkers
    ) {
        let own = zip(list, Int32(0)...).map { (row: $0, source: $1) }
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
                &encoder.categories, rows, gradients: contentGradients, rate: rate, keep: keep, workers: workers)
        }
        if !encoder.words.isEmpty {
            let rows = gather(\.words, encoder.words)
            words.step(&encoder.words, rows, gradients: contentGradients, rate: rate, keep: keep, workers: workers)
        }
    }
}
