import Domain
import Retrieval
import Training
import VectorFiles
import VectorKernels

/// An attribute that random rows have, to filter by.
struct RandomFilters {
    /// Shares of the rows that the filters let through.
    static let shares = [0.01, 0.1, 0.5]

    /// The rows, with the attribute.
    private let rows: SearchedRows

    private static let key = "share"
    private static let seed: UInt64 = 1
    /// Queries of each half that are asked under a filter: the truth of each is an exact search.
    private static let queries = 200

    /// One filter and what it lets through.
    struct Filter {
        let rows: SearchedRows
        let attributes: ItemFilter
        /// Rows that the filter lets through.
        let allowed: Int

        /// The rows that the filter lets through, as each request finds them from the attribute.
        func mask() throws -> RowMask { try rows.index.mask(for: attributes) }

        /// Some queries, with their nearest neighbours under the filter: as many as count of each, or all that there are.
        ///
        /// Where enough of a query's known neighbours pass the filter, they are the nearest that pass; an exact search finds
        /// those of the other queries.
        func judged(_ queries: JudgedQueries) throws -> JudgedQueries {
            let k = min(queries.k, allowed)
            let count = min(queries.count, RandomFilters.queries)
            let dimensions = queries.queries.dimensions
            let table = EmbeddingTable(
                dimensions: dimensions, elements: Array(queries.queries.elements.prefix(count * dimensions)))
            let mask = rows.index.byRow(try mask())
            var neighbours: [Int32] = []
            for query in 0..<count {
                try Task.checkCancellation()
                let passing = queries.truth[query].filter { mask.contains(Int($0)) }
                neighbours +=
                    passing.count >= k
                    ? passing.prefix(k)
                    : try rows.exactRows(for: queries.query(query).span, k: k, among: mask).map { Int32($0) }[...]
            }
            return JudgedQueries(queries: table, truth: NearestNeighbours(rows: neighbours, k: k), k: k)
        }
    }

    /// Gives each row, by chance, one value of the attribute or none.
    init(on rows: SearchedRows) throws {
        var generator = SeededGenerator(seed: Self.seed)
        let values = Self.shares.map { RowAttributes(attributes: [Self.key: ["\($0)"]]) }
        var changes: [IndexChange] = []
        for row in 0..<rows.index.count {
            // The values divide the numbers from 0 to 1 among them, so that a row has one at most.
            var draw = Double.random(in: 0..<1, using: &generator)
            for (share, value) in zip(Self.shares, values) {
                if draw < share && draw >= 0 { changes.append(.setAttributes(value, row: row)) }
                draw -= share
            }
        }
        try Task.checkCancellation()
        self.rows = SearchedRows(index: try rows.index.applying(changes), vectors: rows.vectors)
    }

    /// The filter that lets about this share of the rows through, one of ``shares``.
    func filter(share: Double) throws -> Filter {
        let attributes = ItemFilter(attributes: [Self.key: ["\(share)"]])
        let isKnown = rows.index.attributeKeys.contains(Self.key)
        return Filter(
            rows: rows, attributes: attributes, allowed: isKnown ? try rows.index.mask(for: attributes).count : 0)
    }
}
