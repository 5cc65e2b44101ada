import VectorKernels

/// The rows that were grouped into lists, and where each lies.
///
/// A *slot* is a place in the index's planes. The segment's slots are in the order of the lists, each list padded to whole
/// groups of 16; slots past the segment's belong to rows that came later, in their order.
struct ListSegment: Sendable {
    let table: ListTable
    /// The slots of each list, by its number in `table`; no groups for a list without rows.
    let runs: [GroupRun]
    /// The row in each slot; ``noRow`` where there is none.
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
        var sizes = [Int](repeating: 0, count: table.places)
        for list in listOfRow where list >= 0 {
            sizes[Int(list)] += 1
        }
        var runs: [GroupRun] = []
        runs.reserveCapacity(table.places)
        var group = 0
        for size in sizes {
            let groups = (size + PlaneTable.groupRows - 1) / PlaneTable.groupRows
            runs.append(GroupRun(first: group, groups: groups))
            group += groups
        }
        let blockRows = PlaneTable.blockRows
        let slots = (group * PlaneTable.groupRows + blockRows - 1) / blockRows * blockRows
        var rowOfSlot = [UInt32](repeating: Self.noRow, count: slots)
        var slotOfRow = [UInt32](repeating: Self.noRow, count: listOfRow.count)
        var next = runs.map { Int($0.first) * PlaneTable.groupRows }
        for (row, list) in listOfRow.enumerated() where list >= 0 {
            rowOfSlot[next[Int(list)]] = UInt32(row)
            slotOfRow[row] = UInt32(next[Int(list)])
            next[Int(list)] += 1
        }
        self.table = table
        self.runs = runs
        self.rowOfSlot = rowOfSlot
        self.slotOfRow = slotOfRow
    }

    /// Puts together what was kept.
    init(table: ListTable, runs: [GroupRun], rowOfSlot: [UInt32], slotOfRow: [UInt32]) {
        self.table = table
        self.runs = runs
        self.rowOfSlot = rowOfSlot
        self.slotOfRow = slotOfRow
    }

    /// The list of each row; -1 for a row without a slot.
    var listOfRow: [Int32] {
        var lists = [Int32](repeating: -1, count: rowCount)
        for (list, run) in runs.enumerated() {
            let first = Int(run.first) * PlaneTable.groupRows
            for slot in first..<first + Int(run.groups) * PlaneTable.groupRows where rowOfSlot[slot] != Self.noRow {
                lists[Int(rowOfSlot[slot])] = Int32(list)
            }
        }
        return lists
    }
}
