import VectorKernels

/// The rows that were grouped into lists, and where each lies.
///
/// A *slot* is a place in the index's planes. The segment's slots are in the order of the lists, one list right after another,
/// so that none is lost; the first and the last group of 16 slots that a list touches may be shared. Slots past the segment's belong to rows that came later, in
/// their order.
struct ListSegment: Sendable {
    let table: ListTable
    /// The first slot of each list, by its number in `table`, and the end.
    let starts: [UInt32]
    /// The row in each slot; ``noRow`` in those after the last list.
    let rowOfSlot: [UInt32]
    /// The slot of each row; ``noRow`` for a row that died before the lists were made.
    let slotOfRow: [UInt32]

    /// Stands for no row, and for no slot.
    static let noRow = UInt32.max

    /// Slots, a multiple of a block's length.
    var slotCount: Int { rowOfSlot.count }
    /// Rows numbered below this are in the segment, if anywhere.
    var rowCount: Int { slotOfRow.count }

    /// Lays out rows by their lists.
    ///
    /// - Parameters:
    ///   - table: The lists.
    ///   - listOfRow: The list of each row; -1 for a row that has no slot.
    init(table: ListTable, listOfRow: [Int32]) {
        let groups = RowGroups(listOfRow, count: table.count)
        let blockRows = PlaneTable.blockRows
        let slots = (groups.rows.count + blockRows - 1) / blockRows * blockRows
        var slotOfRow = [UInt32](repeating: Self.noRow, count: listOfRow.count)
        for (slot, row) in groups.rows.enumerated() { slotOfRow[Int(row)] = UInt32(slot) }
        let unused = repeatElement(Self.noRow, count: slots - groups.rows.count)
        self.init(
            table: table, starts: groups.starts.map { UInt32($0) },
            rowOfSlot: groups.rows.map { UInt32($0) } + unused, slotOfRow: slotOfRow)
    }

    /// Puts together what was kept.
    init(table: ListTable, starts: [UInt32], rowOfSlot: [UInt32], slotOfRow: [UInt32]) {
        self.table = table
        self.starts = starts
        self.rowOfSlot = rowOfSlot
        self.slotOfRow = slotOfRow
    }

    /// The slots of a list.
    func slots(of list: Int) -> Range<Int> { Int(starts[list])..<Int(starts[list + 1]) }

    /// Slots of the longest list.
    var longestList: Int { zip(starts, starts.dropFirst()).map { Int($1 - $0) }.max() ?? 0 }

    /// The list of each row; -1 for a row without a slot.
    var listOfRow: [Int32] {
        var lists = [Int32](repeating: -1, count: rowCount)
        for list in 0..<table.count {
            for slot in slots(of: list) { lists[Int(rowOfSlot[slot])] = Int32(list) }
        }
        return lists
    }
}
