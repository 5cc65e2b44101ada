public import ByteStreams

/// For each query, the rows of a base file that are nearest to it: the truth that a search is measured against.
public struct NearestNeighbours: Sendable {
    /// Neighbours kept of each query.
    public let k: Int
    /// Row-major: queries × ``k`` row numbers, nearest first.
    private let rows: [Int32]

    /// Reads the neighbours of some queries.
    ///
    /// - Parameters:
    ///   - source: `.ivecs`, or `.npy` of whole numbers: a row for each query, nearest first. More rows than queries, and more
    ///     neighbours than `k`, are read and left out.
    ///   - queries: Queries that there are.
    ///   - baseRows: Rows of the base file.
    ///   - k: Neighbours wanted of each query, at least.
    ///   - atMost: Neighbours kept of each query, where the file has more; `nil` keeps `k`.
    /// - Throws: ``VectorFileError``.
    public init(
        _ source: ByteSource, queries: Int, baseRows: Int, k: Int, atMost: Int? = nil
    ) throws(VectorFileError) {
        var reader = try VectorFileReader(source)
        let kept = min(reader.dimensions, max(k, atMost ?? k))
        var rows: [Int32] = []
        rows.reserveCapacity(queries * kept)
        var block: [Int] = []
        while true {
            let count = try reader.readIDs(into: &block)
            guard count > 0 else { break }
            for row in 0..<count {
                let ids = block[row * reader.dimensions..<(row + 1) * reader.dimensions]
                try Self.check(ids, row: reader.rowsRead - count + row, baseRows: baseRows, name: reader.name)
                if rows.count < queries * kept { rows.append(contentsOf: ids.prefix(kept).map { Int32($0) }) }
            }
        }
        guard reader.rowsRead >= queries else {
            throw .missingNeighbours(name: reader.name, rows: reader.rowsRead, queries: queries)
        }
        guard reader.dimensions >= k else {
            throw .tooFewNeighbours(name: reader.name, width: reader.dimensions, asked: k)
        }
        self.k = kept
        self.rows = rows
    }

    /// Keeps lists of neighbours that were found here.
    ///
    /// - Parameters:
    ///   - rows: Row-major: queries × `k` row numbers, nearest first.
    ///   - k: Neighbours of each query.
    public init(rows: [Int32], k: Int) {
        precondition(k > 0 && rows.count % k == 0, "\(rows.count) rows in lists of \(k).")
        self.rows = rows
        self.k = k
    }

    /// Queries that there are neighbours of.
    public var count: Int { rows.count / k }

    /// The nearest rows of a query, nearest first.
    public subscript(query: Int) -> ArraySlice<Int32> { rows[query * k..<(query + 1) * k] }

    private static func check(
        _ ids: ArraySlice<Int>, row: Int, baseRows: Int, name: String
    ) throws(VectorFileError) {
        for (column, id) in ids.enumerated() where id < 0 || id >= baseRows {
            throw .noSuchNeighbour(name: name, row: row, column: column, id: id, rows: baseRows)
        }
        let sorted = ids.sorted()
        for (id, next) in zip(sorted, sorted.dropFirst()) where id == next {
            throw .repeatedNeighbour(name: name, row: row, id: id)
        }
    }
}
