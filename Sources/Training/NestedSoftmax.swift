package import VectorKernels

/// The nested loss: at each rung of the ladder, the cross-entropy of users' targets under a softmax over the candidates'
/// cosines.
///
/// The inner product of a longer prefix is that of the shorter plus one block, so all rungs together cost one product of full
/// length forward and two backward: a block's gradient is the sum over the rungs that hold it (Kusupati et al.,
/// arXiv:2205.13147, equation 1, with the cosine instead of a linear classifier).
package final class NestedSoftmax: Sendable {
    private let steps: [Range<Int>]
    private let dimensions: Int
    private let rungWeights: [Float]
    private let inverseTemperature: Float
    private let workers: MatrixWorkers
    private let parts: [WorkerSlot<NestedSoftmaxPart>]

    /// What a step's loss is and where it falls.
    package struct Gradients: Sendable {
        /// Sum of the rows' weighted losses, averaged over the rungs by their weights.
        package let loss: Double
        /// Row-major: users × full length.
        package let users: [Float]
        /// Row-major: padded candidates × full length.
        package let items: [Float]
    }

    /// Prepares a loss.
    ///
    /// - Parameters:
    ///   - steps: Dimensions that each rung adds.
    ///   - rungWeights: One for each rung; they should add up to 1.
    ///   - temperature: What cosines are divided by.
    ///   - workers: Share the users.
    package init(steps: [Range<Int>], rungWeights: [Float], temperature: Float, workers: MatrixWorkers) {
        self.steps = steps
        dimensions = steps.last?.upperBound ?? 0
        self.rungWeights = rungWeights
        inverseTemperature = 1 / temperature
        self.workers = workers
        parts = (0..<workers.count).map { _ in WorkerSlot(NestedSoftmaxPart()) }
    }

    /// Candidates padded to the kernels' granularity.
    package static func paddedCount(_ candidates: Int) -> Int {
        let unit = FloatRungs.candidateGranularity
        return (candidates + unit - 1) / unit * unit
    }

    /// Computes the loss and its gradients.
    ///
    /// - Parameters:
    ///   - users: Row-major: `batch.count` × full length.
    ///   - items: Row-major: padded candidates × full length; the padding's rows are zero.
    ///   - batch: Targets, corrections and hidden candidates.
    /// - Returns: The loss, and its gradients by the users' and the items' vectors.
    package func gradients(users: [Float], items: [Float], batch: TrainingBatch) -> Gradients {
        let dimensions = dimensions
        let candidates = Self.paddedCount(batch.candidates.count)
        let (inverseNorms, inverseSquares) = norms(of: items, count: candidates)
        var correction = batch.correction
        correction.append(
            contentsOf: [Float](repeating: NestedSoftmaxPart.hiddenBias, count: candidates - correction.count))
        let inputs = NestedSoftmaxPart.Inputs(
            steps: steps, rungWeights: rungWeights, inverseTemperature: inverseTemperature, candidates: candidates,
            users: users, items: items, inverseNorms: inverseNorms, correction: correction, batch: batch)
        workers.run { worker in
            let rows = workers.range(of: worker, rows: batch.count)
            parts[worker].withLock { $0.run(rows, inputs) }
        }

        var loss = 0.0
        var userGradients: [Float] = []
        userGradients.reserveCapacity(users.count)
        var partial: [(items: [Float], dots: [Float])] = []
        for part in parts {
            part.withLock { part in
                loss += part.loss
                userGradients.append(contentsOf: part.userGradients)
                partial.append((part.takeItemGradients(), part.columnDots))
            }
        }
        var itemGradients = [Float](repeating: 0, count: items.count)
        let (boundaries, steps, shares) = (workers.shares(of: candidates), steps, partial)
        workers.write(&itemGradients, rowLength: dimensions, boundaries: boundaries) { worker, rows in
            for item in boundaries[worker]..<boundaries[worker + 1] {
                let range = item * dimensions..<(item + 1) * dimensions
                var row = rows._mutatingExtracting(
                    (item - boundaries[worker]) * dimensions..<(item - boundaries[worker] + 1) * dimensions)
                for share in shares { FloatRows.add(share.items.span.extracting(range), times: 1, to: &row) }
                // The prefix's norm is in every rung that holds the step.
                var suffix: Float = 0
                for rung in steps.indices.reversed() {
                    let at = rung * candidates + item
                    suffix += shares.reduce(0) { $0 + $1.dots[at] } * inverseSquares[at]
                    for index in steps[rung] { row[index] -= suffix * items[item * dimensions + index] }
                }
            }
        }
        for (part, share) in zip(parts, partial) { part.withLock { $0.giveBack(share.items) } }
        return Gradients(loss: loss, users: userGradients, items: itemGradients)
    }

    /// One over the norms of the prefixes, and over their squares, rung by rung: `rungs × count`.
    private func norms(of items: [Float], count: Int) -> (inverse: [Float], inverseSquares: [Float]) {
        var inverse = [Float](repeating: 0, count: steps.count * count)
        var inverseSquares = inverse
        for item in 0..<count {
            var squares: Float = 0
            for (rung, step) in steps.enumerated() {
                let block = items.span.extracting(
                    item * dimensions + step.lowerBound..<item * dimensions + step.upperBound)
                squares += FloatRows.dot(block, block)
                guard squares > 0 else { continue }
                inverse[rung * count + item] = 1 / squares.squareRoot()
                inverseSquares[rung * count + item] = 1 / squares
            }
        }
        return (inverse, inverseSquares)
    }
}
