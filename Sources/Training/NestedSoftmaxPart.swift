import VectorKernels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One worker's share of a step's nested loss, with the buffers that it keeps from step to step.
struct NestedSoftmaxPart: Sendable {
    /// Added to the logit of a candidate that takes no part: its weight in the softmax is then below 10^-37.
    static let hiddenBias: Float = -1_000
    /// Rows of the product that are held at once: with fewer, the library spends its time on repacking the candidates.
    static let tile = 128

    /// What all workers read.
    struct Inputs: Sendable {
        let steps: [Range<Int>]
        let rungWeights: [Float]
        let inverseTemperature: Float
        /// Padded.
        let candidates: Int
        let users: [Float]
        let items: [Float]
        let inverseNorms: [Float]
        let correction: [Float]
        let batch: TrainingBatch

        var dimensions: Int { steps.last?.upperBound ?? 0 }
    }

    private(set) var loss = 0.0
    /// Row-major: the worker's rows × full length.
    private(set) var userGradients: [Float] = []
    /// For each rung and candidate, the sum over the rows of gradient times logit.
    private(set) var columnDots: [Float] = []
    private var itemGradients: [Float] = []
    private var products: [Float] = []
    private var bias: [Float] = []

    /// Hands the candidates' gradients out without copying them.
    mutating func takeItemGradients() -> [Float] {
        let taken = itemGradients
        itemGradients = []
        return taken
    }

    /// Takes the buffer back for the next step.
    mutating func giveBack(_ buffer: consuming [Float]) { itemGradients = buffer }

    /// Computes the loss of some rows of the batch and its gradients.
    mutating func run(_ rows: Range<Int>, _ inputs: Inputs) {
        let (dimensions, candidates, rungs) = (inputs.dimensions, inputs.candidates, inputs.steps.count)
        loss = 0
        userGradients = [Float](repeating: 0, count: rows.count * dimensions)
        columnDots = [Float](repeating: 0, count: rungs * candidates)
        if itemGradients.count != candidates * dimensions {
            itemGradients = [Float](repeating: 0, count: candidates * dimensions)
        }
        if products.count != rungs * Self.tile * candidates {
            products = [Float](repeating: 0, count: rungs * Self.tile * candidates)
        }
        bias = inputs.correction
        if rows.isEmpty { for index in itemGradients.indices { itemGradients[index] = 0 } }
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.tile) {
            let tile = first..<min(first + Self.tile, rows.upperBound)
            multiplyForward(tile, inputs)
            var rowDots: [[Float]] = []
            for row in tile { rowDots.append(differentiate(row, at: (row - first) * candidates, inputs)) }
            multiplyBackward(tile, inputs, firstOfAll: rows.lowerBound)
            for row in tile { addNormTerm(row, rowDots[row - first], inputs, firstOfAll: rows.lowerBound) }
        }
    }

    private static func blocks(_ tile: Range<Int>, _ rung: Int, _ inputs: Inputs)
        -> (users: MatrixBlock, items: MatrixBlock, products: MatrixBlock)
    {
        let (dimensions, step) = (inputs.dimensions, inputs.steps[rung])
        return (
            MatrixBlock(
                rows: tile.count, columns: step.count, offset: tile.lowerBound * dimensions + step.lowerBound,
                stride: dimensions),
            MatrixBlock(rows: inputs.candidates, columns: step.count, offset: step.lowerBound, stride: dimensions),
            MatrixBlock(
                rows: tile.count, columns: inputs.candidates, offset: rung * Self.tile * inputs.candidates)
        )
    }

    private mutating func multiplyForward(_ tile: Range<Int>, _ inputs: Inputs) {
        var result = products.mutableSpan
        for rung in inputs.steps.indices {
            let blocks = Self.blocks(tile, rung, inputs)
            MatrixProduct.multiply(
                inputs.users.span, blocks.users, by: inputs.items.span, blocks.items, transposesRight: true,
                into: &result, blocks.products)
        }
    }

    private mutating func multiplyBackward(_ tile: Range<Int>, _ inputs: Inputs, firstOfAll: Int) {
        let dimensions = inputs.dimensions
        // Spans of two stored properties would overlap, so the buffers are moved out and back.
        var userBuffer: [Float] = []
        swap(&userBuffer, &userGradients)
        defer { swap(&userBuffer, &userGradients) }
        var toUsers = userBuffer.mutableSpan
        var itemBuffer: [Float] = []
        swap(&itemBuffer, &itemGradients)
        defer { swap(&itemBuffer, &itemGradients) }
        var toItems = itemBuffer.mutableSpan
        for rung in inputs.steps.indices {
            let blocks = Self.blocks(tile, rung, inputs)
            let shifted = MatrixBlock(
                rows: blocks.users.rows, columns: blocks.users.columns,
                offset: blocks.users.offset - firstOfAll * dimensions, stride: dimensions)
            MatrixProduct.multiply(
                products.span, blocks.products, by: inputs.items.span, blocks.items, into: &toUsers, shifted)
            MatrixProduct.multiply(
                products.span, blocks.products, transposesLeft: true, by: inputs.users.span, blocks.users,
                keep: tile.lowerBound == firstOfAll ? 0 : 1, into: &toItems, blocks.items)
        }
    }

    /// Turns a row's products over the steps into their gradients, in place.
    ///
    /// - Returns: For each rung the sum over candidates of gradient times logit.
    private mutating func differentiate(_ row: Int, at offset: Int, _ inputs: Inputs) -> [Float] {
        let batch = inputs.batch
        let (stride, candidates) = (Self.tile * inputs.candidates, inputs.candidates)
        let targets = batch.targetOffsets[row]..<batch.targetOffsets[row + 1]
        let hidden = batch.hidden[batch.hiddenOffsets[row]..<batch.hiddenOffsets[row + 1]]
        // A target is in the batch for certain, so its logit needs no correction.
        for index in targets { bias[Int(batch.targets[index])] = 0 }
        for column in hidden { bias[Int(column)] = Self.hiddenBias }
        defer {
            for index in targets { bias[Int(batch.targets[index])] = inputs.correction[Int(batch.targets[index])] }
            for column in hidden { bias[Int(column)] = inputs.correction[Int(column)] }
        }

        let scale = inverseNorms(row, inputs).map { $0 * inputs.inverseTemperature }
        let shift = inputs.inverseTemperature
        let softmax = FloatRungs.Inputs(candidates: candidates, stride: stride, scale: scale, shift: shift)
        // Spans of two stored properties would overlap, so the buffers are moved out and back.
        var productBuffer: [Float] = []
        var dotBuffer: [Float] = []
        swap(&productBuffer, &products)
        swap(&dotBuffer, &columnDots)
        defer {
            swap(&productBuffer, &products)
            swap(&dotBuffer, &columnDots)
        }
        var values = productBuffer.mutableSpan
        let sums = FloatRungs.logits(
            &values, at: offset, softmax, inverseNorms: inputs.inverseNorms.span, bias: bias.span)
        let weight = batch.rowWeights[row]
        var targetLogits: [Float] = []
        for (rung, sum) in sums.enumerated() {
            let normaliser = logf(sum) + shift
            for index in targets {
                let logit = values[offset + rung * stride + Int(batch.targets[index])]
                targetLogits.append(logit)
                loss += Double(weight * inputs.rungWeights[rung] * batch.targetShares[index] * (normaliser - logit))
            }
        }
        var dotSpan = dotBuffer.mutableSpan
        var dots = FloatRungs.gradients(
            &values, at: offset, softmax, inverseNorms: inputs.inverseNorms.span, bias: bias.span,
            factors: zip(sums, inputs.rungWeights).map { weight * $1 / $0 }, columnDots: &dotSpan)
        for (position, index) in targets.enumerated() {
            let column = Int(batch.targets[index])
            var suffix: Float = 0
            for rung in inputs.steps.indices.reversed() {
                let gradient = weight * inputs.rungWeights[rung] * batch.targetShares[index]
                let product = gradient * targetLogits[rung * targets.count + position]
                dots[rung] -= product
                dotSpan[rung * candidates + column] -= product
                suffix += gradient * scale[rung] * inputs.inverseNorms[rung * candidates + column]
                values[offset + rung * stride + column] -= suffix
            }
        }
        return dots
    }

    /// One over the norms of a user's prefixes.
    private func inverseNorms(_ row: Int, _ inputs: Inputs) -> [Float] {
        var squares: Float = 0
        return inputs.steps.map { step in
            let first = row * inputs.dimensions
            let block = inputs.users.span.extracting(first + step.lowerBound..<first + step.upperBound)
            squares += FloatRows.dot(block, block)
            return squares > 0 ? 1 / squares.squareRoot() : 0
        }
    }

    /// The user's prefix norm is in every rung that holds the step.
    private mutating func addNormTerm(_ row: Int, _ dots: [Float], _ inputs: Inputs, firstOfAll: Int) {
        let inverse = inverseNorms(row, inputs)
        var suffix: Float = 0
        for rung in inputs.steps.indices.reversed() {
            suffix += dots[rung] * inverse[rung] * inverse[rung]
            for index in inputs.steps[rung] {
                userGradients[(row - firstOfAll) * inputs.dimensions + index] -=
                    suffix * inputs.users[row * inputs.dimensions + index]
            }
        }
    }
}
