import Domain
import VectorKernels

/// A change to the index of a generation.
public enum IndexChange: Hashable, Sendable {
    /// A new item, or a new embedding of one: it gets the next row, and the row that it replaces, if any, dies.
    case upsert(embedding: [Float], attributes: RowAttributes, replacing: Int?)
    /// An item whose embedding stays as it is gets other attributes.
    case setAttributes(RowAttributes, row: Int)
    /// An item is gone.
    case delete(row: Int)
}

extension IndexSnapshot {
    /// The index after some changes, in their order.
    ///
    /// New rows are numbered from ``count`` on, in the order of the upserts. What it costs is the size of the changes, a block
    /// of at most 4,096 rows that is copied, and a few bits a row; everything else is shared.
    ///
    /// - Throws: ``RetrievalError/embedding(row:_:)`` or ``RetrievalError/noSuchRow(_:count:)``; nothing is changed then.
    public func applying(_ changes: [IndexChange]) throws(RetrievalError) -> IndexSnapshot {
        var catalogue = catalogue
        var tailLists = tailLists
        let shape = IndexShape(ladder: ladder, policy: policy)
        var planes = PlaneTableBuilder(extending: planes, expectedRows: changes.count(where: \.addsRow))
        let listDimensions = segment?.table.dimensions ?? shape.coarseDimensions
        var codes = CodeRows(dimensions: max(shape.layout.dimensions, listDimensions))
        for change in changes {
            switch change {
            case .upsert(let embedding, let attributes, let replaced):
                if let replaced { try catalogue.removeLive(replaced, in: self) }
                do throws(VectorError) {
                    guard embedding.count == ladder.fullLength else {
                        throw .wrongLength(expected: ladder.fullLength, found: embedding.count)
                    }
                    _ = try inverseNorm(of: embedding.span)
                } catch {
                    throw .embedding(row: count + codes.count, error)
                }
                codes.append(embedding.span)
                planes.append(codes, row: codes.count - 1)
                catalogue.append(attributes)
            case .setAttributes(let attributes, let row):
                catalogue.set(attributes, ofRow: try catalogue.liveSlot(of: row, in: self))
            case .delete(let row):
                try catalogue.removeLive(row, in: self)
            }
        }
        if let segment { tailLists += segment.table.lists(of: codes.prefix(listDimensions)) }
        return IndexSnapshot(
            ladder: ladder, policy: policy, planes: planes.finish(), segment: segment, tailLists: tailLists,
            catalogue: catalogue)
    }
}

extension IndexChange {
    fileprivate var addsRow: Bool {
        if case .upsert = self { true } else { false }
    }
}

extension CatalogueBitmaps {
    fileprivate func liveSlot(of row: Int, in index: IndexSnapshot) throws(RetrievalError) -> Int {
        // Rows that came with the changes before this one lie at the end.
        let newest = index.count + live.rowCount - index.planes.count
        let slot = row < index.count ? index.slot(ofRow: row) : index.planes.count + row - index.count
        guard row >= 0, row < newest, let slot, live.contains(slot) else { throw .noSuchRow(row, count: newest) }
        return slot
    }

    fileprivate mutating func removeLive(_ row: Int, in index: IndexSnapshot) throws(RetrievalError) {
        remove(try liveSlot(of: row, in: index))
    }
}
