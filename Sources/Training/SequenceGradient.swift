package import Towers
import VectorKernels

/// The way back through a sequence encoder.
package struct SequenceGradient: Sendable {
    /// As the encoder's parameters.
    package private(set) var parameters: [Float]
    /// Of the vectors that came in; row-major: rows × dimensions.
    package private(set) var vectors: [Float]

    /// Carries the users' gradient back through a pass.
    ///
    /// - Parameters:
    ///   - pass: The way forward.
    ///   - encoder: Whose parameters the pass was made with.
    ///   - users: Row-major: rows × dimensions.
    package init(_ pass: SequencePass, _ encoder: SequenceEncoder, users: [Float]) {
        let (shape, weights) = (encoder.shape, encoder.parameters)
        let (width, dimensions, rows) = (shape.width, shape.dimensions, pass.rows)
        var parameters = [Float](repeating: 0, count: shape.count)
        var inputs = [Float](repeating: 0, count: rows * dimensions)
        Self.addGates(pass, weights, users: users, parameters: &parameters, inputs: &inputs)
        let normed = DenseLayer(shape.outputMatrix, shape.outputBias, from: width, to: dimensions)
            .backward(users, input: pass.outputNorm.output, weights, gradients: &parameters, rows: rows)
        var stream = [Float](repeating: 0, count: rows * width)
        pass.outputNorm.backward(normed, weights, gradients: &parameters, rows: &stream)
        for index in pass.blocks.indices.reversed() {
            let (block, at) = (pass.blocks[index], shape.block(index))
            let folded = Self.product(stream, block.foldMask)
            var active = DenseLayer(at.foldMatrix, at.foldBias, from: shape.hidden, to: width)
                .backward(folded, input: block.active, weights, gradients: &parameters, rows: rows)
            for element in active.indices { active[element] *= Self.swishSlope(block.hidden[element]) }
            let hidden = DenseLayer(at.hiddenMatrix, at.hiddenBias, from: width, to: shape.hidden)
                .backward(active, input: block.hiddenNorm.output, weights, gradients: &parameters, rows: rows)
            block.hiddenNorm.backward(hidden, weights, gradients: &parameters, rows: &stream)

            let mixed = Self.product(stream, block.mixMask)
            let gated = DenseLayer(at.mixMatrix, at.mixBias, from: width, to: width)
                .backward(mixed, input: block.gated, weights, gradients: &parameters, rows: rows)
            let gates = Self.throughRecurrence(gated, block, width: width, offsets: pass.offsets)
            let recurrent = DenseLayer(at.recurrentMatrix, at.recurrentBias, from: width, to: 3 * width)
                .backward(gates, input: block.recurrentNorm.output, weights, gradients: &parameters, rows: rows)
            block.recurrentNorm.backward(recurrent, weights, gradients: &parameters, rows: &stream)
        }
        let first = DenseLayer(shape.inputMatrix, shape.inputBias, from: dimensions, to: width)
            .backward(
                Self.product(stream, pass.inputMask), input: pass.inputs, weights, gradients: &parameters, rows: rows)
        var sum = inputs.mutableSpan
        FloatRows.add(first.span, times: 1, to: &sum)
        self.parameters = parameters
        vectors = Self.throughNormalisation(inputs, pass)
    }

    /// Adds another part's gradient of the parameters.
    mutating func add(_ other: SequenceGradient) {
        var sum = parameters.mutableSpan
        FloatRows.add(other.parameters.span, times: 1, to: &sum)
    }

    /// The paths past the blocks: the most recent item and the pooled history, each times its gate.
    private static func addGates(
        _ pass: SequencePass, _ weights: [Float], users: [Float], parameters: inout [Float], inputs: inout [Float]
    ) {
        let (shape, dimensions) = (pass.shape, pass.shape.dimensions)
        for (start, end) in zip(pass.offsets, pass.offsets.dropFirst()) {
            // An item is in the pooled history of each row from its own on.
            var later = [Float](repeating: 0, count: dimensions)
            for row in (start..<end).reversed() {
                let share = 1 / Float(row - start + 1).squareRoot()
                for index in 0..<dimensions {
                    let at = row * dimensions + index
                    parameters[shape.recentGate + index] += users[at] * pass.inputs[at]
                    parameters[shape.pooledGate + index] += users[at] * pass.pooled[at]
                    later[index] += share * users[at] * weights[shape.pooledGate + index]
                    inputs[at] += users[at] * weights[shape.recentGate + index] + later[index]
                }
            }
        }
    }

    /// From the gradient of the gated states to that of the gates before the logistic function, the values and the output gates.
    private static func throughRecurrence(
        _ gated: [Float], _ block: SequencePass.Block, width: Int, offsets: [Int]
    ) -> [Float] {
        var result = [Float](repeating: 0, count: 3 * gated.count)
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            var later = [Float](repeating: 0, count: width)
            for row in (start..<end).reversed() {
                for index in 0..<width {
                    let (at, gate) = (row * width + index, row * 3 * width + index)
                    let (update, value, output) = (
                        block.gates[gate], block.gates[gate + width], block.gates[gate + 2 * width]
                    )
                    let opening = Logistic.value(output)
                    result[gate + 2 * width] = gated[at] * block.states[at] * swishSlope(output)
                    let change = gated[at] * output * opening + later[index]
                    let before = row == start ? 0 : block.states[at - width]
                    result[gate] = change * (value - before) * update * (1 - update)
                    result[gate + width] = change * update
                    later[index] = change * (1 - update)
                }
            }
        }
        return result
    }

    private static func throughNormalisation(_ inputs: [Float], _ pass: SequencePass) -> [Float] {
        let dimensions = pass.shape.dimensions
        let length = Float(dimensions).squareRoot()
        var result = inputs
        for (row, inverse) in pass.inverseLengths.enumerated() {
            let range = row * dimensions..<(row + 1) * dimensions
            // The inputs have the length √dimensions.
            let along =
                FloatRows.dot(inputs.span.extracting(range), pass.inputs.span.extracting(range))
                / Float(dimensions)
            for index in range { result[index] = inverse * length * (inputs[index] - along * pass.inputs[index]) }
        }
        return result
    }

    /// The derivative of x · logistic(x).
    private static func swishSlope(_ argument: Float) -> Float {
        let value = Logistic.value(argument)
        return value * (1 + argument * (1 - value))
    }

    private static func product(_ rows: [Float], _ mask: [Float]) -> [Float] {
        guard !mask.isEmpty else { return rows }
        return zip(rows, mask).map { $0 * $1 }
    }
}
