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
        var planes = PlaneTableBuilder(extending: planes, expectedRows: changes.count(where: \.addsRow))
        for change in changes {
            switch change {
            case .upsert(let embedding, let attributes, let replaced):
                if let replaced { try catalogue.removeLive(replaced) }
                do throws(VectorError) {
                    try planes.append(embedding.span)
                } catch {
                    throw .embedding(row: catalogue.live.rowCount, error)
                }
                catalogue.append(attributes)
            case .setAttributes(let attributes, let row):
                try catalogue.checkLive(row)
                catalogue.set(attributes, ofRow: row)
            case .delete(let row):
                try catalogue.removeLive(row)
            }
        }
        return IndexSnapshot(ladder: ladder, planes: planes.finish(), catalogue: catalogue)
    }
}

extension IndexChange {
    fileprivate var addsRow: Bool {
        if case .upsert = self { true } else { false }
    }
}

extension CatalogueBitmaps {
    fileprivate func checkLive(_ row: Int) throws(RetrievalError) {
        guard row >= 0, live.contains(row) else { throw .noSuchRow(row, count: live.rowCount) }
    }

    fileprivate mutating func removeLive(_ row: Int) throws(RetrievalError) {
        try checkLive(row)
        remove(row)
    }
}
