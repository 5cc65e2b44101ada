import Testing
import Training
import VectorKernels

@Suite("Smoothing over neighbours")
struct NeighbourSmoothingTests {
    private static let users = 30
    private static let items = 20
    private static let dimensions = 3

    /// Who met what, as a matrix of zeros and ones; every user met an item.
    private static func interactions(_ generator: inout SeededGenerator) -> [[Double]] {
        (0..<users).map { user in
            (0..<items).map { $0 == user % items || generator.unit() < 0.2 ? 1 : 0 }
        }
    }

    private static func smoothing(_ matrix: [[Double]], strength: Float, workers: Int) -> NeighbourSmoothing {
        NeighbourSmoothing(
            histories: matrix.map { row in row.indices.filter { row[$0] > 0 }.map(Int32.init) }, items: items,
            strength: strength, workers: MatrixWorkers(count: workers))
    }

    @Test("adds the normalised product with the graph", arguments: 1...5 as ClosedRange<UInt64>, [1, 2, 3])
    func definition(seed: UInt64, workers: Int) {
        var generator = SeededGenerator(seed: seed)
        let matrix = Self.interactions(&generator)
        let table = (0..<Self.items * Self.dimensions).map { _ in generator.normal() }
        let result = Self.smoothing(matrix, strength: 1.5, workers: workers).smoothed(
            table, dimensions: Self.dimensions)
        let userDegrees = matrix.map { $0.reduce(0, +) }
        let itemDegrees = (0..<Self.items).map { item in matrix.reduce(0) { $0 + $1[item] } }
        for item in 0..<Self.items {
            for dimension in 0..<Self.dimensions {
                var expected = Double(table[item * Self.dimensions + dimension])
                for (row, userDegree) in zip(matrix, userDegrees) where row[item] > 0 {
                    for other in 0..<Self.items where row[other] > 0 {
                        expected +=
                            1.5 * Double(table[other * Self.dimensions + dimension])
                            / (userDegree * (itemDegrees[item] * itemDegrees[other]).squareRoot())
                    }
                }
                #expect(abs(expected - Double(result[item * Self.dimensions + dimension])) < 1e-4)
            }
        }
    }
}
