import Domain
import Synchronization
import VectorKernels

/// Finds the items most like some queries by each prefix length, exactly, a block of items at a time.
///
/// Memory is a block's values and the lists kept, whatever the number of items.
struct RungSearch {
    let ladder: PrefixLadder
    let workers: MatrixWorkers

    /// Items that are scored at once.
    private static let blockRows = 4_096
    /// Queries that a worker scores at once.
    private static let tile = 256

    /// The best items of each query at each rung.
    ///
    /// - Parameters:
    ///   - count: Items to keep of each list.
    ///   - queries: One row a query, as long as the ladder.
    ///   - items: Row-major half-precision bits, rows as long as the ladder.
    ///   - excluded: For each query, a row of items to leave out.
    /// - Returns: For each rung, for each query, at most `count` rows of items; best first by the cosine of the prefixes, equal
    ///   cosines by lower row. A prefix of zeros is like nothing.
    func best(_ count: Int, for queries: EmbeddingTable, among items: [UInt16], excluding excluded: [Int?]) -> [[[Int]]]
    {
        precondition(
            queries.dimensions == ladder.fullLength && excluded.count == queries.count,
            "\(queries.count) queries of \(queries.dimensions) dimensions, \(excluded.count) rows to leave out.")
        let parts = Mutex([Int: [[[Int]]]]())
        workers.run { worker in
            let rows = workers.range(of: worker, rows: queries.count)
            var found = [[[Int]]](repeating: [], count: ladder.rungs.count)
            for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.tile) {
                let tile = first..<min(first + Self.tile, rows.upperBound)
                let lists = best(count, tile: tile, of: queries, among: items, excluding: excluded)
                for rung in found.indices { found[rung] += lists[rung] }
            }
            parts.withLock { $0[worker] = found }
        }
        return parts.withLock { parts in
            ladder.rungs.indices.map { rung in (0..<workers.count).flatMap { parts[$0]?[rung] ?? [] } }
        }
    }

    private func best(
        _ count: Int, tile: Range<Int>, of queries: EmbeddingTable, among items: [UInt16], excluding excluded: [Int?]
    ) -> [[[Int]]] {
        let dimensions = ladder.fullLength
        let itemCount = items.count / dimensions
        var lists = [[TopK]](
            repeating: [TopK](repeating: TopK(capacity: count), count: tile.count), count: ladder.rungs.count)
        var products = [Float](repeating: 0, count: tile.count * min(Self.blockRows, itemCount))
        for firstItem in stride(from: 0, to: itemCount, by: Self.blockRows) {
            let block = firstItem..<min(firstItem + Self.blockRows, itemCount)
            let values = HalfPrecision.values(
                of: items.span.extracting(block.lowerBound * dimensions..<block.upperBound * dimensions))
            var squares = [Float](repeating: 0, count: block.count)
            for (rung, step) in ladder.steps.enumerated() {
                var sum = products.mutableSpan
                MatrixProduct.multiply(
                    queries.elements.span,
                    MatrixBlock(
                        rows: tile.count, columns: step.count,
                        offset: tile.lowerBound * dimensions + step.lowerBound, stride: dimensions),
                    by: values.span,
                    MatrixBlock(rows: block.count, columns: step.count, offset: step.lowerBound, stride: dimensions),
                    transposesRight: true, keep: rung == 0 ? 0 : 1, into: &sum,
                    MatrixBlock(rows: tile.count, columns: block.count))
                let norms = Self.inverseNorms(of: values, step, dimensions, adding: &squares)
                for query in tile {
                    Self.consider(
                        products.span.extracting(
                            (query - tile.lowerBound) * block.count..<(query - tile.lowerBound + 1) * block.count),
                        norms.span, firstRow: firstItem, excluding: excluded[query],
                        in: &lists[rung][query - tile.lowerBound])
                }
            }
        }
        return lists.map { $0.map { $0.ranked().map(\.row) } }
    }

    /// One over the norms of the prefixes that end with `step`; 0 for a prefix of zeros.
    private static func inverseNorms(
        of values: [Float], _ step: Range<Int>, _ dimensions: Int, adding squares: inout [Float]
    ) -> [Float] {
        squares.indices.map { row in
            let part = values.span.extracting(row * dimensions + step.lowerBound..<row * dimensions + step.upperBound)
            squares[row] += FloatRows.dot(part, part)
            return squares[row] > 0 ? 1 / squares[row].squareRoot() : 0
        }
    }

    private static func consider(
        _ products: Span<Float>, _ norms: Span<Float>, firstRow: Int, excluding excluded: Int?, in list: inout TopK
    ) {
        var next = 0
        // The query's own norm does not change the order.
        while let row = FloatRows.firstPosition(above: list.threshold, products, times: norms, from: next) {
            next = row + 1
            if firstRow + row != excluded { list.consider(row: firstRow + row, score: products[row] * norms[row]) }
        }
    }
}
