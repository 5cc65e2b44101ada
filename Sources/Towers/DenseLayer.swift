import VectorKernels

/// A layer of a sequence encoder: rows times a matrix plus a bias.
package struct DenseLayer: Sendable {
    private let matrix: Int
    private let bias: Int
    private let inputs: Int
    private let outputs: Int

    /// A layer whose matrix and bias begin at these places of the encoder's parameters.
    package init(_ matrix: Int, _ bias: Int, from inputs: Int, to outputs: Int) {
        self.matrix = matrix
        self.bias = bias
        self.inputs = inputs
        self.outputs = outputs
    }

    /// - Returns: Row-major: rows × outputs.
    package func forward(_ input: [Float], _ parameters: [Float], rows: Int) -> [Float] {
        var result = [Float](repeating: 0, count: rows * outputs)
        for row in 0..<rows {
            for index in 0..<outputs { result[row * outputs + index] = parameters[bias + index] }
        }
        var sum = result.mutableSpan
        MatrixProduct.multiply(
            input.span, MatrixBlock(rows: rows, columns: inputs), by: parameters.span,
            MatrixBlock(rows: inputs, columns: outputs, offset: matrix), keep: 1, into: &sum,
            MatrixBlock(rows: rows, columns: outputs))
        return result
    }

    /// Carries a gradient back through the layer.
    ///
    /// - Parameters:
    ///   - output: Row-major: rows × outputs; the gradient of what came out.
    ///   - input: What went in.
    ///   - parameters: The encoder's.
    ///   - gradients: Of the encoder's parameters; those of the layer are added.
    ///   - rows: Rows of both.
    /// - Returns: The gradient of what went in.
    package func backward(
        _ output: [Float], input: [Float], _ parameters: [Float], gradients: inout [Float], rows: Int
    ) -> [Float] {
        for row in 0..<rows {
            for index in 0..<outputs { gradients[bias + index] += output[row * outputs + index] }
        }
        var sum = gradients.mutableSpan
        MatrixProduct.multiply(
            input.span, MatrixBlock(rows: rows, columns: inputs), transposesLeft: true, by: output.span,
            MatrixBlock(rows: rows, columns: outputs), keep: 1, into: &sum,
            MatrixBlock(rows: inputs, columns: outputs, offset: matrix))
        var result = [Float](repeating: 0, count: rows * inputs)
        var span = result.mutableSpan
        MatrixProduct.multiply(
            output.span, MatrixBlock(rows: rows, columns: outputs), by: parameters.span,
            MatrixBlock(rows: inputs, columns: outputs, offset: matrix), transposesRight: true, into: &span,
            MatrixBlock(rows: rows, columns: inputs))
        return result
    }
}
