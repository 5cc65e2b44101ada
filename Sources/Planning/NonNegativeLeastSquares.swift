/// Least squares under the condition that no coefficient is below zero.
///
/// Lawson and Hanson, "Solving Least Squares Problems" (1974), chapter 23, algorithm NNLS: an active set that grows by the
/// column along which the error falls steepest, and gives back those whose coefficient would turn negative. Dense and
/// small: a few columns, some thousand rows.
package struct NonNegativeLeastSquares {
    /// The columns, all as long as ``target``, scaled to length 1.
    private let columns: [[Double]]
    /// Lengths of the columns before; 0 for a column of zeros.
    private let lengths: [Double]
    private let target: [Double]

    /// - Parameters:
    ///   - columns: Each as long as `target`.
    ///   - target: What a sum of columns should come to.
    package init(columns: [[Double]], target: [Double]) {
        precondition(columns.allSatisfy { $0.count == target.count }, "Columns and target differ in length.")
        lengths = columns.map { Self.dot($0, $0).squareRoot() }
        self.columns = zip(columns, lengths).map { column, length in
            length > 0 ? column.map { $0 / length } : column
        }
        self.target = target
    }

    /// The coefficients, one a column, 0 or more; 0 for a column of zeros.
    ///
    /// - Complexity: Each round solves a problem of the columns taken; rarely more rounds than columns, never more than
    ///   three times as many, as in Lawson and Hanson's own program.
    package func solution() -> [Double] {
        var taken: [Int] = []
        // Columns that rounding alone would take: they would be given back at once.
        var barred: Set<Int> = []
        var solution = [Double](repeating: 0, count: columns.count)
        for _ in 0..<3 * max(1, columns.count) {
            let rest = residual(of: solution)
            let slopes = columns.indices.map {
                taken.contains($0) || barred.contains($0) ? 0 : Self.dot(columns[$0], rest)
            }
            // What is left of rounding is no slope.
            let least = 1e-12 * Self.dot(target, target).squareRoot()
            guard let next = slopes.indices.max(by: { slopes[$0] < slopes[$1] }), slopes[next] > least else { break }
            taken.append(next)
            var trial = leastSquares(over: taken)
            while let (share, stopped) = firstZero(from: solution, to: trial, among: taken) {
                for column in taken { solution[column] += share * (trial[column] - solution[column]) }
                solution[stopped] = 0
                taken.removeAll { solution[$0] <= 0 }
                for column in solution.indices where !taken.contains(column) { solution[column] = 0 }
                trial = leastSquares(over: taken)
            }
            solution = trial
            if taken.contains(next) { barred = [] } else { barred.insert(next) }
        }
        return zip(solution, lengths).map { $1 > 0 ? $0 / $1 : 0 }
    }

    /// Where on the way from one solution to another the first coefficient meets zero; `nil` when none does.
    private func firstZero(
        from old: [Double], to new: [Double], among taken: [Int]
    ) -> (share: Double, column: Int)? {
        taken.filter { new[$0] <= 0 }.map {
            (share: old[$0] / max(old[$0] - new[$0], .leastNormalMagnitude), column: $0)
        }
        .min { $0.share < $1.share }
    }

    /// The unconstrained solution over some columns; 0 for the others, and for those that the ones before make up.
    private func leastSquares(over taken: [Int]) -> [Double] {
        var solution = [Double](repeating: 0, count: columns.count)
        let basis = OrthogonalColumns(taken.map { columns[$0] })
        for (column, value) in zip(taken, basis.coefficients(of: target)) { solution[column] = value }
        return solution
    }

    private func residual(of solution: [Double]) -> [Double] {
        var rest = target
        for (column, value) in zip(columns, solution) where value != 0 {
            for row in rest.indices { rest[row] -= value * column[row] }
        }
        return rest
    }

    static func dot(_ left: [Double], _ right: [Double]) -> Double {
        var sum = 0.0
        for index in left.indices { sum += left[index] * right[index] }
        return sum
    }
}

/// Columns made orthogonal one after the other: a QR decomposition by Gram and Schmidt, each column twice.
///
/// Björck, "Numerics of Gram-Schmidt orthogonalization", Linear Algebra and its Applications 197 (1994): twice is enough
/// for the columns to be orthogonal to rounding.
struct OrthogonalColumns {
    /// Unit columns; `nil` for one that those before it make up.
    private var units: [[Double]?] = []
    /// For each column its shares of the units, the last its own.
    private var shares: [[Double]] = []

    /// The least of its length that a column must have of its own.
    private static let tolerance = 1e-7

    init(_ columns: [[Double]]) {
        for column in columns {
            var rest = column
            var share = [Double](repeating: 0, count: units.count + 1)
            for _ in 0..<2 {
                for (index, unit) in units.enumerated() {
                    guard let unit else { continue }
                    let part = NonNegativeLeastSquares.dot(unit, rest)
                    share[index] += part
                    for row in rest.indices { rest[row] -= part * unit[row] }
                }
            }
            let length = NonNegativeLeastSquares.dot(rest, rest).squareRoot()
            let whole = NonNegativeLeastSquares.dot(column, column).squareRoot()
            share[units.count] = length
            shares.append(share)
            units.append(length > Self.tolerance * whole ? rest.map { $0 / length } : nil)
        }
    }

    /// Whether each column has something that those before it do not make up.
    var areIndependent: [Bool] { units.map { $0 != nil } }

    /// Coefficients of the columns whose sum is nearest to `target`; 0 for those that others make up.
    func coefficients(of target: [Double]) -> [Double] {
        var rest = target
        var along = [Double](repeating: 0, count: units.count)
        for (index, unit) in units.enumerated() {
            guard let unit else { continue }
            along[index] = NonNegativeLeastSquares.dot(unit, rest)
            for row in rest.indices { rest[row] -= along[index] * unit[row] }
        }
        var coefficients = [Double](repeating: 0, count: units.count)
        for column in units.indices.reversed() where units[column] != nil {
            var value = along[column]
            for later in column + 1..<units.count where units[later] != nil {
                value -= shares[later][column] * coefficients[later]
            }
            coefficients[column] = value / shares[column][column]
        }
        return coefficients
    }
}
