import VectorKernels

extension IndexSnapshot {
    /// The index with its tail merged into the lists, and without the rows that have died.
    ///
    /// Rows keep their numbers, and lists their centres; an index that has grown enough for lists gets them now. It reads
    /// and writes every row: O(rows × prefix bytes), some tenths of a second for a million rows; requests go on with the
    /// snapshot that they have.
    public func merged() -> IndexSnapshot {
        guard let segment else { return self }
        let lists = segment.listOfRow + tailLists
        let listOfLiveRow = lists.enumerated().map { row, list in isLive(row) ? list : -1 }
        let merged = ListSegment(table: segment.table, listOfRow: listOfLiveRow)
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
}
