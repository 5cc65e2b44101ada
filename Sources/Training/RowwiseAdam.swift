import VectorKernels

/// The optimiser of one table: Adam with one second moment a row, so that a row's direction is its gradient's, and untouched
/// rows cost nothing.
///
/// Kingma and Ba, "Adam", ICLR 2015 (arXiv:1412.6980), with the second moment shared by a row as in row-wise Adagrad (Mudigere
/// et al., arXiv:2104.05158). A step's length is about the rate, whatever the gradient's; moments of a row that a step does not
/// touch stay as they are.
struct RowwiseAdam: Sendable {
    static let momentum: Float = 0.9
    static let memory: Float = 0.999

    /// Row length of the table.
    let dimensions: Int
    /// For each row: the mean gradient, the mean square of its length, and the weights that both means have gathered.
    private var state: [Float]

    init(rows: Int, dimensions: Int) {
        self.dimensions = dimensions
        state = [Float](repeating: 0, count: rows * (dimensions + 3))
    }

    /// What the next step depends on, beside the table.
    mutating func pass(through archive: inout CheckpointArchive) { archive.pass(&state) }

    /// Moves the rows that `gather` names.
    ///
    /// - Parameters:
    ///   - table: Row-major parameters.
    ///   - gather: Which gradients belong to which row.
    ///   - gradients: Row-major gradient matrix with the table's row length.
    ///   - rate: Length of a step.
    ///   - keep: What a row is multiplied by before it moves.
    ///   - workers: Share the rows.
    mutating func step(
        _ table: inout [Float], _ gather: RowGather, gradients: [Float], rate: Float, keep: Float,
        workers: MatrixWorkers
    ) {
        guard !gather.rows.isEmpty else { return }
        let dimensions = dimensions
        let shares = workers.shares(of: gather.rows.count)
        let rows = table.count / dimensions
        let boundaries = shares.enumerated().map { worker, share in
            worker == 0 ? 0 : share < gather.rows.count ? Int(gather.rows[share]) : rows
        }
        workers.write(&table, &state, rowLengths: (dimensions, dimensions + 3), boundaries: boundaries) {
            worker, table, state in
            var sum = [Float](repeating: 0, count: dimensions)
            for index in shares[worker]..<shares[worker + 1] {
                let row = Int(gather.rows[index]) - boundaries[worker]
                var gradient = sum.mutableSpan
                for element in gradient.indices { gradient[element] = 0 }
                for link in gather.offsets[index]..<gather.offsets[index + 1] {
                    let source = Int(gather.sources[link]) * dimensions
                    FloatRows.add(
                        gradients.span.extracting(source..<source + dimensions), times: gather.scales[link],
                        to: &gradient)
                }
                let squares = FloatRows.dot(gradient.span, gradient.span)
                let scalars = row * (dimensions + 3) + dimensions
                state[scalars] = Self.memory * state[scalars] + (1 - Self.memory) * squares
                state[scalars + 1] = Self.memory * state[scalars + 1] + (1 - Self.memory)
                state[scalars + 2] = Self.momentum * state[scalars + 2] + (1 - Self.momentum)
                let length = (state[scalars] / state[scalars + 1]).squareRoot() * state[scalars + 2]
                var parameters = table._mutatingExtracting(row * dimensions..<(row + 1) * dimensions)
                var moment = state._mutatingExtracting(scalars - dimensions..<scalars)
                FloatRows.step(
                    &parameters, moment: &moment, gradient: gradient.span, decay: Self.momentum, keep: keep,
                    rate: rate / (length + 1e-12))
            }
        }
    }
}
