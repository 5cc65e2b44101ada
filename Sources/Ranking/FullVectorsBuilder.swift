public import VectorKernels

/// Keeps a stream of embeddings.
public struct FullVectorsBuilder: ~Copyable {
    private var table: VectorTableBuilder
    private var count: Int

    /// Starts without rows.
    ///
    /// - Parameters:
    ///   - dimensions: Length of each row.
    ///   - precision: Bits kept of each value.
    ///   - expectedRows: Rows that will be appended; more or fewer are fine.
    public init(dimensions: Int, precision: VectorPrecision = .half, expectedRows: Int) {
        table = VectorTableBuilder(dimensions: dimensions, precision: precision, expectedRows: expectedRows)
        count = 0
    }

    init(extending vectors: FullVectors, expectedRows: Int) {
        table = VectorTableBuilder(extending: vectors.table, expectedRows: expectedRows)
        count = vectors.count
    }

    /// Appends a row.
    ///
    /// - Throws: ``RankingError/embedding(row:_:)`` when it has no direction or the wrong length.
    public mutating func append(_ embedding: Span<Float>) throws(RankingError) {
        do throws(VectorError) {
            try table.append(embedding)
        } catch {
            throw .embedding(row: count, error)
        }
        count += 1
    }

    /// Appends a row of half-precision bits, as PostgreSQL holds them.
    ///
    /// - Throws: As ``append(_:)`` does.
    public mutating func append(halves: Span<UInt16>) throws(RankingError) {
        do throws(VectorError) {
            try table.append(halves: halves)
        } catch {
            throw .embedding(row: count, error)
        }
        count += 1
    }

    /// Ends the stream.
    public consuming func finish() -> FullVectors {
        FullVectors(table: table.finish())
    }
}
