/// Rows after a layer norm: mean 0 and variance 1, times gains, plus shifts (Ba, Kiros, Hinton, arXiv:1607.06450).
package struct NormRows: Sendable {
    private static let epsilon: Float = 1e-5

    /// With gains and shifts.
    package private(set) var output: [Float]
    private var standard: [Float]
    private var inverseDeviations: [Float] = []
    private let width: Int
    private let gains: Int

    /// Normalises rows; the gains begin at `gains` in the parameters, and the shifts after them.
    package init(_ rows: [Float], at gains: Int, width: Int, _ parameters: [Float]) {
        self.width = width
        self.gains = gains
        standard = rows
        output = rows
        for first in stride(from: 0, to: rows.count, by: width) {
            var (sum, squares): (Float, Float) = (0, 0)
            for index in first..<first + width { sum += rows[index] }
            let mean = sum / Float(width)
            for index in first..<first + width { squares += (rows[index] - mean) * (rows[index] - mean) }
            let inverse = 1 / (squares / Float(width) + Self.epsilon).squareRoot()
            inverseDeviations.append(inverse)
            for index in 0..<width {
                let value = (rows[first + index] - mean) * inverse
                standard[first + index] = value
                output[first + index] = parameters[gains + index] * value + parameters[gains + width + index]
            }
        }
    }

    /// Carries a gradient back; those of gains and shifts are added to `gradients`, that of the rows to `rows`.
    package func backward(
        _ gradient: [Float], _ parameters: [Float], gradients: inout [Float], rows: inout [Float]
    ) {
        let count = Float(width)
        for (row, inverse) in inverseDeviations.enumerated() {
            let first = row * width
            var (sum, product): (Float, Float) = (0, 0)
            for index in 0..<width {
                let (value, change) = (standard[first + index], gradient[first + index])
                gradients[gains + index] += change * value
                gradients[gains + width + index] += change
                sum += change * parameters[gains + index]
                product += change * parameters[gains + index] * value
            }
            for index in 0..<width {
                let change = gradient[first + index] * parameters[gains + index]
                rows[first + index] += inverse * (change - sum / count - standard[first + index] * product / count)
            }
        }
    }
}
