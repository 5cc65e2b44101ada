public import Domain
public import VectorKernels

/// The index of one generation at one moment: the prefixes of all items, and what filters ask of them.
///
/// It is immutable: a request keeps the snapshot that it began with, and changes make another
/// (``applying(_:)``) that shares all full blocks with the one before. Rows are numbered from 0 in the order they came and
/// keep their numbers for good; a changed embedding gets a new row. The caller knows which item each row stands for.
///
/// The order of arrival decides nothing but the order of equal scores, which is that of the rows: each row's codes depend
/// on that row alone.
public struct IndexSnapshot: Sendable {
    /// The generation's prefix lengths.
    public let ladder: PrefixLadder
    /// The prefixes, by ladder step.
    let planes: PlaneTable
    /// Liveness, availability and facets.
    let catalogue: CatalogueBitmaps
    /// Rows that a request without a filter may be given: live and available.
    let servable: RowMask

    /// Indexes a table of embeddings.
    ///
    /// - Parameters:
    ///   - ladder: The generation's prefix lengths; its full length is the embeddings'.
    ///   - embeddings: A row for each item, of any norm but zero.
    ///   - attributes: What filters may ask of each row; as many as there are rows, or none at all.
    /// - Throws: ``RetrievalError/embedding(row:_:)`` for the first row that has no direction.
    public init(
        ladder: PrefixLadder, embeddings: EmbeddingTable, attributes: [RowAttributes] = []
    ) throws(RetrievalError) {
        precondition(
            attributes.isEmpty || attributes.count == embeddings.count,
            "\(attributes.count) attributes for \(embeddings.count) embeddings.")
        var builder = IndexBuilder(ladder: ladder, expectedRows: embeddings.count)
        let elements = embeddings.elements.span
        for row in 0..<embeddings.count {
            try builder.append(
                elements.extracting(embeddings.range(of: row)),
                attributes: attributes.isEmpty ? .plain : attributes[row])
        }
        self = builder.finish()
    }

    init(ladder: PrefixLadder, planes: PlaneTable, catalogue: CatalogueBitmaps) {
        self.ladder = ladder
        self.planes = planes
        self.catalogue = catalogue
        var servable = catalogue.live
        servable.formIntersection(catalogue.available)
        self.servable = servable
    }

    /// Number of rows, dead ones included; the next new row gets this number.
    public var count: Int { planes.count }

    /// Number of rows that stand for an item.
    public var liveCount: Int { catalogue.live.count }

    /// Whether a row stands for an item still.
    public func isLive(_ row: Int) -> Bool { catalogue.live.contains(row) }

    /// The attribute keys that filters may ask for, in order.
    public var attributeKeys: [String] { catalogue.attributeKeys }

    /// The rows that pass a filter and are not excluded.
    ///
    /// Rows that are dead never pass; rows that are not available pass only if the filter says so. Excluded rows that are
    /// not there are passed over. O(rows / 64) for each key and value, and O(1) for each excluded row.
    ///
    /// - Throws: ``RetrievalError/undeclaredAttribute(_:declared:)``.
    public func mask(
        for filter: ItemFilter = ItemFilter(), excludedRows: some Sequence<Int> = EmptyCollection()
    ) throws(RetrievalError) -> RowMask {
        var mask = filter.isEmpty ? servable : try catalogue.mask(for: filter)
        for row in excludedRows where row >= 0 && row < mask.rowCount {
            mask.remove(row)
        }
        return mask
    }
}
