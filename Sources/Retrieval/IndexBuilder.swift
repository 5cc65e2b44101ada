public import Domain
import VectorKernels

/// Indexes a stream of rows.
public struct IndexBuilder: ~Copyable {
    private let ladder: PrefixLadder
    private var planes: PlaneTableBuilder
    private var catalogue = CatalogueBitmaps()
    private var count = 0

    /// Starts an empty index.
    ///
    /// - Parameters:
    ///   - ladder: The generation's prefix lengths.
    ///   - expectedRows: Rows that will be appended; more or fewer are fine, but a scan reads fastest what was expected.
    public init(ladder: PrefixLadder, expectedRows: Int) {
        self.ladder = ladder
        planes = PlaneTableBuilder(layout: PlaneLayout(steps: ladder.steps), expectedRows: expectedRows)
    }

    /// Appends a row; rows are numbered from 0.
    ///
    /// - Throws: ``RetrievalError/embedding(row:_:)`` when the embedding has no direction or the wrong length.
    public mutating func append(
        _ embedding: Span<Float>, attributes: RowAttributes = .plain
    ) throws(RetrievalError) {
        do throws(VectorError) {
            try planes.append(embedding)
        } catch {
            throw .embedding(row: count, error)
        }
        catalogue.append(attributes)
        count += 1
    }

    /// Appends a row of half-precision bits, as PostgreSQL holds them.
    ///
    /// - Throws: As ``append(_:attributes:)`` does.
    public mutating func append(
        halves: Span<UInt16>, attributes: RowAttributes = .plain
    ) throws(RetrievalError) {
        try append(HalfPrecision.values(of: halves).span, attributes: attributes)
    }

    /// Ends the stream.
    public consuming func finish() -> IndexSnapshot {
        IndexSnapshot(ladder: ladder, planes: planes.finish(), catalogue: catalogue)
    }
}
