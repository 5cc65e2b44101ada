import VectorKernels

extension IndexSnapshot {
    /// The index with its tail merged into the lists, and without the rows that have died.
    ///
    /// Rows keep their numbers, and lists their centres; an index that has grown enough for lists gets them now, of the
    /// longest prefix that it keeps. It reads and writes every row: O(rows × prefix bytes), some tenths of a second for a
    /// million rows; requests go on with the snapshot that they have.
    public func merged() -> IndexSnapshot {
        guard let (table, lists) = segment.map({ ($0.table, $0.listOfRow + tailLists) }) ?? firstLists() else {
            return self
        }
        let listOfLiveRow = lists.enumerated().map { row, list in isLive(row) ? list : -1 }
        let merged = ListSegment(table: table, listOfRow: listOfLiveRow)
        var builder = PlaneTableBuilder(layout: planes.layout, expectedRows: merged.slotCount)
        var oldSlots: [UInt32] = []
        oldSlots.reserveCapacity(merged.slotCount)
        for row in merged.rowOfSlot {
            if row != ListSegment.noRow, let slot = slot(ofRow: Int(row)) {
                builder.append(planes, row: slot)
                oldSlots.append(UInt32(slot))
            } else {
                builder.appendEmpty()
                oldSlots.append(ListSegment.noRow)
            }
        }
        return IndexSnapshot(
            ladder: ladder, policy: policy, planes: builder.finish(), segment: merged, tailLists: [],
            catalogue: catalogue.reordered(by: oldSlots))
    }

    /// Whether ``merged()`` would make the first lists.
    public var wantsLists: Bool { segment == nil && liveCount >= policy.minimumRows }

    /// Lists made of the rows that live, and the list of each row.
    private func firstLists() -> (ListTable, [Int32])? {
        guard wantsLists else { return nil }
        let live = catalogue.live.rows
        var codes = CodeRows(dimensions: planes.layout.dimensions)
        for row in live { codes.append(planes, row: row) }
        let trained = ListTrainer(rows: codes, policy: policy, workers: MatrixWorkers(count: policy.workers)).train()
        var lists = [Int32](repeating: -1, count: count)
        for (row, list) in zip(live, trained.listOfRow) { lists[row] = list }
        return (trained.table, lists)
    }
}
