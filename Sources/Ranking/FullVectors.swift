public import Domain
public import VectorKernels

/// The whole embeddings of a generation's items, in memory: what reranks a shortlist.
///
/// Rows have the numbers that they have in the index snapshot beside it. Like the snapshot it is immutable:
/// ``appending(_:)`` makes another that shares all full blocks with this one.
public struct FullVectors: Sendable {
    let table: VectorTable

    /// Keeps a table of embeddings.
    ///
    /// - Parameters:
    ///   - embeddings: A row for each item, of any norm but zero.
    ///   - precision: Bits kept of each value; half is what PostgreSQL holds.
    /// - Throws: ``RankingError/embedding(row:_:)`` for the first row that has no direction.
    public init(_ embeddings: EmbeddingTable, precision: VectorPrecision = .half) throws(RankingError) {
        var builder = FullVectorsBuilder(
            dimensions: embeddings.dimensions, precision: precision, expectedRows: embeddings.count)
        let elements = embeddings.elements.span
        for row in 0..<embeddings.count {
            try builder.append(elements.extracting(embeddings.range(of: row)))
        }
        self = builder.finish()
    }

    init(table: VectorTable) {
        self.table = table
    }

    /// Number of rows.
    public var count: Int { table.count }

    /// Length of each row.
    public var dimensions: Int { table.dimensions }

    /// The embedding of a row, as precise as it is kept.
    public func embedding(ofRow row: Int) -> [Float] { table.values(ofRow: row) }

    /// These rows and some more, numbered from ``count`` on.
    ///
    /// - Throws: ``RankingError/embedding(row:_:)`` for the first row that has no direction or the wrong length.
    public func appending(_ embeddings: [[Float]]) throws(RankingError) -> FullVectors {
        var builder = FullVectorsBuilder(extending: self, expectedRows: embeddings.count)
        for embedding in embeddings {
            try builder.append(embedding.span)
        }
        return builder.finish()
    }

    /// The `count` rows most like a query by all dimensions: what every other way of searching is measured against.
    ///
    /// - Parameters:
    ///   - query: The whole user vector, of any norm but zero.
    ///   - count: Rows wanted.
    ///   - mask: The rows allowed; `nil` allows all.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: At most `count` candidates, best first, equal scores by lower row. O(rows × dimensions), unpaid.
    /// - Throws: ``RankingError/query(_:)`` when the query has no direction or the wrong length.
    public func exactSearch(
        _ query: Span<Float>, count: Int, mask: RowMask? = nil, kernel: KernelChoice = .current
    ) throws(RankingError) -> [Candidate] {
        precondition(mask == nil || mask?.rowCount == self.count, "The mask was made for another table.")
        var best = TopK(capacity: count)
        for start in stride(from: 0, to: self.count, by: VectorTable.blockRows) {
            let block = start..<min(self.count, start + VectorTable.blockRows)
            let rows = mask.map { mask in block.filter(mask.contains) } ?? Array(block)
            let scores = try cosines(of: rows, with: query, kernel: kernel)
            for (row, score) in zip(rows, scores) {
                best.consider(row: row, score: score)
            }
        }
        return best.ranked().map { Candidate(row: $0.row, score: $0.score) }
    }

    /// Cosines of some rows with a query, in the order of the rows.
    package func cosines(
        of rows: [Int], with query: Span<Float>, kernel: KernelChoice = .current
    ) throws(RankingError) -> [Float] {
        do throws(VectorError) {
            return try table.cosines(of: rows, with: query, kernel: kernel)
        } catch {
            throw .query(error)
        }
    }
}
