import Testing
import Towers
import Training

@Suite("The gradient of the sequence encoder")
struct SequenceGradientTests {
    private static let shape = SequenceShape(dimensions: 5, width: 4, blocks: 2)
    /// Histories of three, one and four items.
    private static let offsets = [0, 3, 4, 8]

    private struct Problem {
        var encoder: SequenceEncoder
        var vectors: [Float]
        /// Of the users' elements in the loss.
        let weights: [Float]
        let masks: [[Float]]

        init(seed: UInt64, dropout: Bool) {
            var generator = SeededGenerator(seed: seed)
            func normals(_ count: Int) -> [Float] { (0..<count).map { _ in 0.7 * generator.normal() } }
            encoder = SequenceEncoder(shape: shape, parameters: normals(shape.count))
            vectors = normals(8 * shape.dimensions)
            weights = normals(8 * shape.dimensions)
            masks = (0..<1 + 2 * shape.blocks).map { _ in
                dropout ? (0..<8 * shape.width).map { _ in generator.unit() < 0.3 ? 0 : 1.5 } : []
            }
        }

        func pass() -> SequencePass {
            var layer = 0
            return SequencePass(encoder, vectors: vectors, offsets: offsets) { _ in
                layer += 1
                return masks[layer - 1]
            }
        }

        func loss() -> Double { zip(pass().users, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
    }

    @Test("is that of small differences, for every parameter and input", arguments: [1, 2, 3], [false, true])
    func differences(seed: UInt64, dropout: Bool) {
        var problem = Problem(seed: seed, dropout: dropout)
        let gradient = SequenceGradient(problem.pass(), problem.encoder, users: problem.weights)
        let step: Float = 2e-3
        func check(_ path: WritableKeyPath<Problem, [Float]>, _ expected: [Float]) {
            for index in expected.indices {
                let value = problem[keyPath: path][index]
                problem[keyPath: path][index] = value + step
                let above = problem.loss()
                problem[keyPath: path][index] = value - step
                let below = problem.loss()
                problem[keyPath: path][index] = value
                let slope = (above - below) / Double(2 * step)
                let tolerance = 2e-2 + 2e-2 * abs(slope)
                #expect(abs(slope - Double(expected[index])) < tolerance, "\(index): \(slope), \(expected[index])")
            }
        }
        check(\.encoder.parameters, gradient.parameters)
        check(\.vectors, gradient.vectors)
    }

    @Test("a history is read alike alone and beside others, and never looks ahead")
    func causality() {
        let problem = Problem(seed: 4, dropout: false)
        let dimensions = Self.shape.dimensions
        let users = problem.pass().users
        for (start, end) in zip(Self.offsets, Self.offsets.dropFirst()) {
            for last in start..<end {
                let alone = problem.encoder.read(
                    Array(problem.vectors[start * dimensions..<(last + 1) * dimensions]))
                for (one, other) in zip(alone, users[last * dimensions..<(last + 1) * dimensions]) {
                    #expect(abs(one - other) < 1e-4)
                }
            }
        }
    }
}
