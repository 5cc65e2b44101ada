import Planning
import TestSupport
import Testing

@Suite("Non-negative least squares")
struct NonNegativeLeastSquaresTests {
    @Test("is the solution of plain least squares where that has no negative coefficient")
    func unconstrained() {
        let columns: [[Double]] = [[1, 1, 1, 1], [0, 1, 2, 3]]
        let solution = NonNegativeLeastSquares(columns: columns, target: [5, 7, 9, 11]).solution()
        #expect(abs(solution[0] - 5) < 1e-12 && abs(solution[1] - 2) < 1e-12)
    }

    @Test("gives 0 where plain least squares would go below, and fits the others anew")
    func negative() {
        // Plain least squares has a slope of -1; without a slope the mean is best.
        let columns: [[Double]] = [[1, 1, 1], [0, 1, 2]]
        let solution = NonNegativeLeastSquares(columns: columns, target: [3, 2, 1]).solution()
        #expect(solution[1] == 0 && abs(solution[0] - 2) < 1e-12)
    }

    @Test("gives 0 for columns of zeros, and something finite for columns that are the same")
    func degenerate() {
        let columns: [[Double]] = [[0, 0, 0], [1, 2, 3], [2, 4, 6]]
        let solution = NonNegativeLeastSquares(columns: columns, target: [2, 4, 6]).solution()
        #expect(solution[0] == 0 && solution.allSatisfy { $0 >= 0 && $0.isFinite })
        #expect(abs(solution[1] + 2 * solution[2] - 2) < 1e-12)
        #expect(NonNegativeLeastSquares(columns: [], target: [1]).solution().isEmpty)
        #expect(NonNegativeLeastSquares(columns: [[1, 1]], target: [0, 0]).solution() == [0])
        #expect(NonNegativeLeastSquares(columns: [[1, 1]], target: [-1, -1]).solution() == [0])
    }

    /// Steps against the gradient, back to what is not negative, until nothing moves.
    private static func projectedGradient(_ columns: [[Double]], _ target: [Double]) -> [Double] {
        // No step is longer than the inverse of the squared Frobenius norm allows.
        let step = 1 / columns.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
        var solution = [Double](repeating: 0, count: columns.count)
        for _ in 0..<200_000 {
            var rest = target
            for (column, value) in zip(columns, solution) {
                for row in rest.indices { rest[row] -= value * column[row] }
            }
            var moved = 0.0
            for (index, column) in columns.enumerated() {
                let slope = zip(column, rest).reduce(0) { $0 + $1.0 * $1.1 }
                let next = max(0, solution[index] + step * slope)
                moved = max(moved, abs(next - solution[index]))
                solution[index] = next
            }
            if moved < 1e-13 { break }
        }
        return solution
    }

    private static func error(_ columns: [[Double]], _ target: [Double], _ solution: [Double]) -> Double {
        target.indices.reduce(0) { sum, row in
            let rest = zip(columns, solution).reduce(target[row]) { $0 - $1.1 * $1.0[row] }
            return sum + rest * rest
        }
    }

    @Test(
        "has no more error than projected gradients reach, and meets the Karush-Kuhn-Tucker conditions",
        arguments: 0..<40 as Range<UInt64>)
    func random(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (count, rows) = (Int.random(in: 1...8, using: &generator), Int.random(in: 8...30, using: &generator))
        // Half of the problems have a part that no column explains; some have columns that lean on each other.
        let lean = Double.random(in: 0...0.9, using: &generator)
        let shared = (0..<rows).map { _ in Double.random(in: -1...1, using: &generator) }
        let columns = (0..<count).map { _ in shared.map { lean * $0 + Double.random(in: -1...1, using: &generator) } }
        let target = (0..<rows).map { row in
            columns.reduce(Double.random(in: -1...1, using: &generator) * Double(seed % 2)) {
                $0 + $1[row] * 0.5
            }
        }
        let solution = NonNegativeLeastSquares(columns: columns, target: target).solution()
        #expect(solution.allSatisfy { $0 >= 0 })
        let reference = Self.projectedGradient(columns, target)
        #expect(Self.error(columns, target, solution) <= Self.error(columns, target, reference) + 1e-9)
        for (index, column) in columns.enumerated() {
            let slope = target.indices.reduce(0) { sum, row in
                sum + column[row] * zip(columns, solution).reduce(target[row]) { $0 - $1.1 * $1.0[row] }
            }
            #expect(solution[index] > 0 ? abs(slope) < 1e-8 : slope < 1e-8)
        }
    }
}
