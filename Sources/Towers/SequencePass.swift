import VectorKernels

/// A way forward through a sequence encoder over several histories at once, with all that the way back needs.
///
/// All matrices are row-major with a row for each item of the histories, one history after the other.
package struct SequencePass: Sendable {
    package let shape: SequenceShape
    /// Where each history begins, and one past the last.
    package let offsets: [Int]
    /// What comes in: the items' vectors, each of length √dimensions.
    package private(set) var inputs: [Float]
    /// One over the length that each vector came in with; 0 for a vector of zeros.
    package private(set) var inverseLengths: [Float]
    /// Running sums of the inputs, divided by the root of their number.
    package private(set) var pooled: [Float]
    package private(set) var blocks: [Block] = []
    package private(set) var outputNorm: NormRows
    /// What comes out: the user after each item.
    package private(set) var users: [Float]
    /// What each element of the first layer's output was multiplied by; empty without dropout.
    package private(set) var inputMask: [Float]

    /// What a block keeps.
    package struct Block: Sendable {
        package var recurrentNorm: NormRows
        /// Rows of 3 × width: update gates (after the logistic function), values, output gates (before theirs).
        package var gates: [Float]
        package var states: [Float]
        /// States times opened output gates.
        package var gated: [Float]
        package var mixMask: [Float]
        package var hiddenNorm: NormRows
        /// Before the nonlinearity.
        package var hidden: [Float]
        /// After it.
        package var active: [Float]
        package var foldMask: [Float]
    }

    /// Number of rows.
    package var rows: Int { offsets[offsets.count - 1] }

    /// Reads histories.
    ///
    /// - Parameters:
    ///   - encoder: Whose parameters.
    ///   - vectors: Row-major: items × dimensions.
    ///   - offsets: Where each history begins, and one past the last.
    ///   - mask: Makes as many factors as it is asked for, to multiply a layer's output with; none without dropout.
    package init(
        _ encoder: SequenceEncoder, vectors: [Float], offsets: [Int], mask: (Int) -> [Float] = { _ in [] }
    ) {
        let (shape, parameters) = (encoder.shape, encoder.parameters)
        let (width, rows) = (shape.width, offsets[offsets.count - 1])
        self.shape = shape
        self.offsets = offsets
        (inputs, inverseLengths) = Self.normalised(vectors, dimensions: shape.dimensions)
        pooled = Self.pooled(inputs, dimensions: shape.dimensions, offsets: offsets)
        var stream = DenseLayer(shape.inputMatrix, shape.inputBias, from: shape.dimensions, to: width)
            .forward(inputs, parameters, rows: rows)
        inputMask = mask(stream.count)
        Self.multiply(&stream, by: inputMask)
        for index in 0..<shape.blocks {
            let at = shape.block(index)
            let recurrentNorm = NormRows(stream, at: at.recurrentNorm, width: width, parameters)
            var gates = DenseLayer(at.recurrentMatrix, at.recurrentBias, from: width, to: 3 * width)
                .forward(recurrentNorm.output, parameters, rows: rows)
            let states = Self.recur(&gates, width: width, offsets: offsets)
            let gated = Self.gated(states, gates, width: width)
            var mixed = DenseLayer(at.mixMatrix, at.mixBias, from: width, to: width)
                .forward(gated, parameters, rows: rows)
            let mixMask = mask(mixed.count)
            Self.multiply(&mixed, by: mixMask)
            Self.add(mixed, to: &stream)
            let hiddenNorm = NormRows(stream, at: at.hiddenNorm, width: width, parameters)
            let hidden = DenseLayer(at.hiddenMatrix, at.hiddenBias, from: width, to: shape.hidden)
                .forward(hiddenNorm.output, parameters, rows: rows)
            let active = hidden.map { $0 * Logistic.value($0) }
            var folded = DenseLayer(at.foldMatrix, at.foldBias, from: shape.hidden, to: width)
                .forward(active, parameters, rows: rows)
            let foldMask = mask(folded.count)
            Self.multiply(&folded, by: foldMask)
            Self.add(folded, to: &stream)
            blocks.append(
                Block(
                    recurrentNorm: recurrentNorm, gates: gates, states: states, gated: gated, mixMask: mixMask,
                    hiddenNorm: hiddenNorm, hidden: hidden, active: active, foldMask: foldMask))
        }
        outputNorm = NormRows(stream, at: shape.outputNorm, width: width, parameters)
        users = DenseLayer(shape.outputMatrix, shape.outputBias, from: width, to: shape.dimensions)
            .forward(outputNorm.output, parameters, rows: rows)
        for (gate, source) in [(shape.recentGate, inputs), (shape.pooledGate, pooled)] {
            for row in 0..<rows {
                for index in 0..<shape.dimensions {
                    let at = row * shape.dimensions + index
                    users[at] += parameters[gate + index] * source[at]
                }
            }
        }
    }

    /// Opens the update gates in place and runs the recurrence of each history: s ← s + gate · (value − s), from 0.
    private static func recur(_ gates: inout [Float], width: Int, offsets: [Int]) -> [Float] {
        var states = [Float](repeating: 0, count: gates.count / 3)
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            for row in start..<end {
                for index in 0..<width {
                    let at = row * 3 * width + index
                    let gate = Logistic.value(gates[at])
                    gates[at] = gate
                    let before = row == start ? 0 : states[(row - 1) * width + index]
                    states[row * width + index] = before + gate * (gates[at + width] - before)
                }
            }
        }
        return states
    }

    private static func gated(_ states: [Float], _ gates: [Float], width: Int) -> [Float] {
        var result = states
        for row in 0..<states.count / width {
            for index in 0..<width {
                let gate = gates[row * 3 * width + 2 * width + index]
                result[row * width + index] *= gate * Logistic.value(gate)
            }
        }
        return result
    }

    private static func normalised(_ vectors: [Float], dimensions: Int) -> (rows: [Float], inverseLengths: [Float]) {
        var result = vectors
        var inverseLengths: [Float] = []
        let length = Float(dimensions).squareRoot()
        for first in stride(from: 0, to: vectors.count, by: dimensions) {
            let row = vectors.span.extracting(first..<first + dimensions)
            let squares = FloatRows.dot(row, row)
            let inverse = squares > 0 && squares.isFinite ? 1 / squares.squareRoot() : 0
            inverseLengths.append(inverse)
            for index in first..<first + dimensions { result[index] *= inverse * length }
        }
        return (result, inverseLengths)
    }

    private static func pooled(_ inputs: [Float], dimensions: Int, offsets: [Int]) -> [Float] {
        var result = inputs
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            var sum = [Float](repeating: 0, count: dimensions)
            for row in start..<end {
                let share = 1 / Float(row - start + 1).squareRoot()
                for index in 0..<dimensions {
                    sum[index] += inputs[row * dimensions + index]
                    result[row * dimensions + index] = share * sum[index]
                }
            }
        }
        return result
    }

    private static func multiply(_ rows: inout [Float], by mask: [Float]) {
        for index in mask.indices { rows[index] *= mask[index] }
    }

    private static func add(_ rows: [Float], to sum: inout [Float]) {
        var span = sum.mutableSpan
        FloatRows.add(rows.span, times: 1, to: &span)
    }
}
