package import VectorKernels

/// The leading eigenvectors of the items' graph SᵀS: what groups of items many users have in common.
///
/// Found by subspace iteration from a random beginning (Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM
/// Review 53(2), 2011, algorithm 4.4).
package struct GraphSpectrum: Sendable {
    /// Times that the graph is applied.
    private static let iterations = 4
    /// Directions beside those asked for, that make these more exact.
    static let oversampling = 32

    /// Eigenvalues, largest first, 0 to 1.
    package let values: [Float]
    /// Row-major: items × rank; an eigenvector of unit length a column.
    package let vectors: [Float]

    /// Number of eigenvectors.
    package var rank: Int { values.count }

    /// Finds eigenvectors, in time linear in edges × rank and items × rank².
    ///
    /// - Parameters:
    ///   - graph: Over `items` items.
    ///   - items: 1 or more.
    ///   - rank: Eigenvectors wanted; fewer are found where the graph has fewer.
    ///   - generator: Draws the beginning.
    ///   - workers: Share the rows.
    package init(
        of graph: InteractionGraph, items: Int, rank: Int, generator: inout SeededGenerator, workers: MatrixWorkers
    ) {
        let width = min(rank + Self.oversampling, items)
        let columns = Columns(rows: items, count: width, workers: workers)
        var basis = (0..<items * width).map { _ in generator.normal() }
        for _ in 0..<Self.iterations {
            basis = columns.orthonormal(graph.propagated(basis, dimensions: width))
        }
        // Rayleigh–Ritz: the eigenvectors inside the subspace.
        let inner = SymmetricEigenvectors(
            of: columns.product(basis, graph.propagated(basis, dimensions: width)), order: width)
        let kept = inner.values.prefix(rank).prefix { $0 > 1e-6 }
        values = kept.map(Float.init)
        var turn = [Float](repeating: 0, count: width * kept.count)
        for column in kept.indices {
            for row in 0..<width { turn[row * kept.count + column] = Float(inner.vectors[column * width + row]) }
        }
        vectors = columns.turned(basis, by: turn, columns: kept.count)
    }

    /// Tall matrices of the same shape, row-major.
    private struct Columns {
        let rows: Int
        let count: Int
        let workers: MatrixWorkers

        /// An orthonormal basis of a matrix's columns, by the eigenvectors of their products, twice against rounding.
        func orthonormal(_ matrix: [Float]) -> [Float] {
            var matrix = matrix
            for _ in 0..<2 {
                let eigen = SymmetricEigenvectors(of: product(matrix, matrix), order: count)
                let floor = max((eigen.values.first ?? 0) * 1e-10, 1e-30)
                var turn = [Float](repeating: 0, count: count * count)
                for (column, value) in eigen.values.enumerated() {
                    // A direction that the graph has not is left out.
                    let scale = value > floor ? 1 / value.squareRoot() : 0
                    for row in 0..<count {
                        turn[row * count + column] = Float(eigen.vectors[column * count + row] * scale)
                    }
                }
                matrix = turned(matrix, by: turn, columns: count)
            }
            return matrix
        }

        /// The inner products of two matrices' columns, row-major: count × count.
        func product(_ left: [Float], _ right: [Float]) -> [Double] {
            let parts = (0..<workers.count).map { _ in WorkerSlot<[Float]>([]) }
            workers.run { worker in
                let share = workers.range(of: worker, rows: rows)
                let block = MatrixBlock(rows: share.count, columns: count, offset: share.lowerBound * count)
                var sum = [Float](repeating: 0, count: count * count)
                var result = sum.mutableSpan
                MatrixProduct.multiply(
                    left.span, block, transposesLeft: true, by: right.span, block, into: &result,
                    MatrixBlock(rows: count, columns: count))
                parts[worker].withLock { $0 = sum }
            }
            var total = [Double](repeating: 0, count: count * count)
            for part in parts {
                for (index, value) in part.withLock({ $0 }).enumerated() { total[index] += Double(value) }
            }
            return total
        }

        /// Each row times a matrix of `count` rows.
        func turned(_ matrix: [Float], by turn: [Float], columns: Int) -> [Float] {
            var result = [Float](repeating: 0, count: rows * columns)
            guard columns > 0 else { return result }
            let boundaries = workers.shares(of: rows)
            workers.write(&result, rowLength: columns, boundaries: boundaries) { worker, part in
                let share = boundaries[worker + 1] - boundaries[worker]
                MatrixProduct.multiply(
                    matrix.span, MatrixBlock(rows: share, columns: count, offset: boundaries[worker] * count),
                    by: turn.span, MatrixBlock(rows: count, columns: columns), into: &part,
                    MatrixBlock(rows: share, columns: columns))
            }
            return result
        }
    }
}
