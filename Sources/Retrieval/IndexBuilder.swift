public import Domain
import VectorKernels

/// Indexes a stream of rows.
public struct IndexBuilder: ~Copyable {
    private let ladder: PrefixLadder
    private let policy: ListPolicy
    private var codes: CodeRows
    private var catalogue = CatalogueBitmaps()

    /// Starts an empty index.
    ///
    /// - Parameters:
    ///   - ladder: The generation's prefix lengths.
    ///   - policy: How rows are grouped into lists.
    public init(ladder: PrefixLadder, policy: ListPolicy = ListPolicy()) {
        self.ladder = ladder
        self.policy = policy
        codes = CodeRows(dimensions: IndexShape(ladder: ladder, policy: policy).codedDimensions)
    }

    /// Appends a row; rows are numbered from 0.
    ///
    /// - Throws: ``RetrievalError/embedding(row:_:)`` when the embedding has no direction or the wrong length.
    public mutating func append(
        _ embedding: Span<Float>, attributes: RowAttributes = .plain
    ) throws(RetrievalError) {
        do throws(VectorError) {
            guard embedding.count == ladder.fullLength else {
                throw .wrongLength(expected: ladder.fullLength, found: embedding.count)
            }
            _ = try inverseNorm(of: embedding)
        } catch {
            throw .embedding(row: codes.count, error)
        }
        codes.append(embedding)
        catalogue.append(attributes)
    }

    /// Appends a row of half-precision bits, as PostgreSQL holds them.
    ///
    /// - Throws: As ``append(_:attributes:)`` does.
    public mutating func append(
        halves: Span<UInt16>, attributes: RowAttributes = .plain
    ) throws(RetrievalError) {
        try append(HalfPrecision.values(of: halves).span, attributes: attributes)
    }

    /// Ends the stream: makes the lists, if there are rows enough for them, and writes the planes.
    public consuming func finish() -> IndexSnapshot {
        let shape = IndexShape(ladder: ladder, policy: policy)
        guard codes.count >= policy.minimumRows else {
            var planes = PlaneTableBuilder(layout: shape.layout, expectedRows: codes.count)
            for row in 0..<codes.count {
                planes.append(codes, row: row)
            }
            return IndexSnapshot(
                ladder: ladder, policy: policy, planes: planes.finish(), segment: nil, tailLists: [],
                catalogue: catalogue)
        }
        let trainer = ListTrainer(
            rows: codes.prefix(shape.coarseDimensions), policy: policy, workers: MatrixWorkers(count: policy.workers))
        let (table, listOfRow) = trainer.train()
        let segment = ListSegment(table: table, listOfRow: listOfRow)
        var planes = PlaneTableBuilder(layout: shape.layout, expectedRows: segment.slotCount)
        for row in segment.rowOfSlot {
            if row == ListSegment.noRow { planes.appendEmpty() } else { planes.append(codes, row: Int(row)) }
        }
        return IndexSnapshot(
            ladder: ladder, policy: policy, planes: planes.finish(), segment: segment, tailLists: [],
            catalogue: catalogue.reordered(by: segment.rowOfSlot))
    }
}

/// Which prefixes an index keeps, by its ladder and policy.
struct IndexShape {
    /// The steps of the ladder that have planes.
    let layout: PlaneLayout
    /// Prefix that lists are made of.
    let coarseDimensions: Int

    init(ladder: PrefixLadder, policy: ListPolicy) {
        let depth = policy.depth.map { ladder.longest(atMost: $0) } ?? ladder.scanDepth
        layout = PlaneLayout(steps: ladder.steps.filter { $0.upperBound <= depth })
        coarseDimensions = ladder.longest(atMost: policy.coarseDimensions)
    }

    /// Dimensions of a row that are turned into codes together, under one scale.
    var codedDimensions: Int { max(layout.dimensions, coarseDimensions) }
}
