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
    /// How its rows are grouped into lists, and how much of each is kept.
    public let policy: ListPolicy
    /// The prefixes, by ladder step and slot.
    let planes: PlaneTable
    /// The rows that lie in lists; `nil` while there are few, and slots are rows.
    let segment: ListSegment?
    /// The list of each row that came since the lists were made.
    let tailLists: [Int32]
    /// Liveness, availability and facets, by slot.
    let catalogue: CatalogueBitmaps
    /// Slots that a request without a filter may be given: live and available.
    let servable: RowMask

    /// Indexes a table of embeddings.
    ///
    /// - Parameters:
    ///   - ladder: The generation's prefix lengths; its full length is the embeddings'.
    ///   - embeddings: A row for each item, of any norm but zero.
    ///   - attributes: What filters may ask of each row; as many as there are rows, or none at all.
    ///   - policy: How rows are grouped into lists.
    /// - Throws: ``RetrievalError/embedding(row:_:)`` for the first row that has no direction.
    public init(
        ladder: PrefixLadder, embeddings: EmbeddingTable, attributes: [RowAttributes] = [],
        policy: ListPolicy = ListPolicy()
    ) throws(RetrievalError) {
        precondition(
            attributes.isEmpty || attributes.count == embeddings.count,
            "\(attributes.count) attributes for \(embeddings.count) embeddings.")
        var builder = IndexBuilder(ladder: ladder, policy: policy)
        let elements = embeddings.elements.span
        for row in 0..<embeddings.count {
            try builder.append(
                elements.extracting(embeddings.range(of: row)),
                attributes: attributes.isEmpty ? .plain : attributes[row])
        }
        self = builder.finish()
    }

    init(
        ladder: PrefixLadder, policy: ListPolicy, planes: PlaneTable, segment: ListSegment?, tailLists: [Int32],
        catalogue: CatalogueBitmaps
    ) {
        self.ladder = ladder
        self.policy = policy
        self.planes = planes
        self.segment = segment
        self.tailLists = tailLists
        self.catalogue = catalogue
        var servable = catalogue.live
        servable.formIntersection(catalogue.available)
        self.servable = servable
    }

    /// Number of rows, dead ones included; the next new row gets this number.
    public var count: Int { rowsInLists + tailCount }

    /// Number of rows that stand for an item.
    public var liveCount: Int { catalogue.live.count }

    /// Number of lists; 0 while every scan reads all rows.
    public var listCount: Int { segment?.table.count ?? 0 }

    /// Rows of the longest list; 0 without lists.
    public var longestList: Int { segment?.longestList ?? 0 }

    /// Rows that a scan of all reads and pays for at most.
    public var scannedRows: Int { planes.count }

    /// Rows that came since the lists were made; each scan reads them all, until ``merged()``.
    public var tailCount: Int { planes.count - (segment?.slotCount ?? 0) }

    /// The longest prefix that can be scanned, in dimensions.
    public var depth: Int { planes.layout.dimensions }

    /// Bytes of planes, lists, norms and slots; what filters ask for is not counted.
    public var residentBytes: Int {
        let lists = segment.map { segment in
            (segment.table.lists.count + segment.table.supers.count) * segment.table.lists.layout.bytesPerRow
                + 4 * (segment.rowOfSlot.count + segment.slotOfRow.count) + 4 * segment.starts.count
        }
        return planes.count * planes.layout.bytesPerRow + (lists ?? 0) + planes.count / 4
    }

    /// Whether a row stands for an item still.
    public func isLive(_ row: Int) -> Bool { slot(ofRow: row).map { catalogue.live.contains($0) } ?? false }

    /// Whether a mask of this snapshot has a row.
    public func allows(_ row: Int, in mask: RowMask) -> Bool { slot(ofRow: row).map { mask.contains($0) } ?? false }

    /// Takes a row out of a mask of this snapshot.
    public func remove(_ row: Int, from mask: inout RowMask) {
        if let slot = slot(ofRow: row) { mask.remove(slot) }
    }

    /// The rows of a mask of this snapshot, as a mask by row: what tables that are numbered by row want.
    public func byRow(_ mask: RowMask) -> RowMask {
        guard segment != nil else { return mask }
        return RowMask(rowCount: count, rows: mask.rows.map { row(inSlot: $0) })
    }

    private var rowsInLists: Int { segment?.rowCount ?? 0 }

    /// Where a row lies; `nil` for a row that died before the lists were made, or is not there.
    func slot(ofRow row: Int) -> Int? {
        guard row >= 0, row < count else { return nil }
        guard let segment else { return row }
        guard row < segment.rowCount else { return segment.slotCount + row - segment.rowCount }
        let slot = segment.slotOfRow[row]
        return slot == ListSegment.noRow ? nil : Int(slot)
    }

    /// The row in a slot that has one.
    func row(inSlot slot: Int) -> Int {
        guard let segment else { return slot }
        return slot < segment.slotCount ? Int(segment.rowOfSlot[slot]) : segment.rowCount + slot - segment.slotCount
    }

    /// The attribute keys that filters may ask for, in order.
    public var attributeKeys: [String] { catalogue.attributeKeys }

    /// The rows that pass a filter and are not excluded, in the order in which this snapshot keeps them.
    ///
    /// Rows that are dead never pass; rows that are not available pass only if the filter says so. Excluded rows that are
    /// not there are passed over. O(rows / 64) for each key and value, and O(1) for each excluded row.
    ///
    /// - Throws: ``RetrievalError/undeclaredAttribute(_:declared:)``.
    public func mask(
        for filter: ItemFilter = ItemFilter(), excludedRows: [Int] = []
    ) throws(RetrievalError) -> RowMask {
        var mask = filter.isEmpty ? servable : try catalogue.mask(for: filter)
        // The segment is not asked for each row, which would count its references up and down.
        guard let segment else {
            for row in excludedRows where row >= 0 && row < count { mask.remove(row) }
            return mask
        }
        let (first, beyond) = (segment.rowCount, segment.slotCount - segment.rowCount)
        let slots = segment.slotOfRow.span
        for row in excludedRows where row >= 0 && row < count {
            if row >= first {
                mask.remove(row + beyond)
            } else if slots[row] != ListSegment.noRow {
                mask.remove(Int(slots[row]))
            }
        }
        return mask
    }
}
