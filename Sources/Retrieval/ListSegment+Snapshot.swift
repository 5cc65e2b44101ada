import ByteStreams
import SnapshotFiles
import VectorKernels

extension ListSegment {
    /// Writes lists and slots as sections.
    func write(to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try table.write(to: &writer)
        try writer.add("index.starts", starts)
        try writer.add("index.slots", rowOfSlot)
        try writer.add("index.rows", [Int64(rowCount)])
    }

    /// Reads lists and slots.
    ///
    /// - Throws: ``SnapshotFiles/SnapshotFileError/malformed(path:section:reason:)`` when they do not fit each other.
    init(from file: SnapshotFile) throws(SnapshotFileError) {
        let table = try ListTable(from: file)
        let rowCount = Int(try file.column("index.rows", of: Int64.self, count: 1)[0])
        let slots = try file.column("index.slots", of: UInt32.self)
        let rowOfSlot = slots.elements(0..<slots.count)
        guard rowCount >= 0, rowCount < Self.noRow, rowOfSlot.count % PlaneTable.blockRows == 0 else {
            throw file.malformed("index.slots", "there are \(rowOfSlot.count) for \(rowCount) rows")
        }
        let starts = try file.column("index.starts", of: UInt32.self, count: table.count + 1)
            .elements(0..<table.count + 1)
        guard starts[0] == 0, zip(starts, starts.dropFirst()).allSatisfy(<=), starts[table.count] <= slots.count,
            (0..<slots.count).allSatisfy({ ($0 < starts[table.count]) == (rowOfSlot[$0] != Self.noRow) })
        else { throw file.malformed("index.starts", "lists do not lie one after another in \(slots.count) slots") }
        var slotOfRow = [UInt32](repeating: Self.noRow, count: rowCount)
        for (slot, row) in rowOfSlot.enumerated() where row != Self.noRow {
            guard row < rowCount, slotOfRow[Int(row)] == Self.noRow else {
                throw file.malformed("index.slots", "slot \(slot) holds row \(row), which is none or has another")
            }
            slotOfRow[Int(row)] = UInt32(slot)
        }
        self.init(table: table, starts: starts, rowOfSlot: rowOfSlot, slotOfRow: slotOfRow)
    }
}

extension ListTable {
    /// Writes the lists' centres as sections.
    func write(to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try writer.add("lists.shape", [Int64(dimensions), Int64(supers.count), Int64(lists.count)])
        try supers.write("lists.supers", to: &writer)
        try lists.write("lists.centres", to: &writer)
        try writer.add("lists.starts", starts.map { Int64($0) })
        var near = PageListsBuilder<UInt32>()
        for supers in neighbours { near.append(supers.map { UInt32($0) }) }
        try writer.add("lists.neighbours", near.finish())
    }

    /// Reads the lists' centres.
    ///
    /// - Throws: ``SnapshotFiles/SnapshotFileError/malformed(path:section:reason:)`` when they do not fit each other.
    init(from file: SnapshotFile) throws(SnapshotFileError) {
        let shape = try file.column("lists.shape", of: Int64.self, count: 3).elements(0..<3).map { Int(clamping: $0) }
        guard shape.allSatisfy({ $0 > 0 && $0 < Int(Int32.max) }) else {
            throw file.malformed("lists.shape", "\(shape) is no shape of lists")
        }
        let (dimensions, superCount, listCount) = (shape[0], shape[1], shape[2])
        let layout = PlaneLayout(steps: [0..<dimensions])
        let supers = try PlaneTable("lists.supers", from: file, layout: layout, count: superCount)
        let lists = try PlaneTable("lists.centres", from: file, layout: layout, count: listCount)
        let starts = try file.column("lists.starts", of: Int64.self, count: superCount + 1)
            .elements(0..<superCount + 1).map { Int(clamping: $0) }
        guard starts[0] == 0, starts[superCount] == listCount, zip(starts, starts.dropFirst()).allSatisfy(<=) else {
            throw file.malformed("lists.starts", "super-lists do not lie one after another")
        }
        let near = try file.lists("lists.neighbours", of: UInt32.self, count: superCount)
        let neighbours = (0..<superCount).map { superList in near[superList].map { Int($0) } }
        guard neighbours.allSatisfy({ near in !near.isEmpty && near.allSatisfy { $0 < superCount } }) else {
            throw file.malformed("lists.neighbours", "a super-list has none, or one past the last of \(superCount)")
        }
        self.init(
            dimensions: dimensions, supers: supers, lists: lists, starts: starts, neighbours: neighbours)
    }
}
