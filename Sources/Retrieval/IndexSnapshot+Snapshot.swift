import ByteStreams
package import Domain
package import SnapshotFiles
import VectorKernels

extension IndexSnapshot {
    /// Writes the index as sections.
    package func write(to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try writer.add("index.policy", policy.numbers)
        try writer.add("index.shape", [Int64(planes.count), Int64(segment == nil ? 0 : 1)])
        try planes.write("index.planes", to: &writer)
        try writer.add("index.tail_lists", tailLists)
        try segment?.write(to: &writer)
        try catalogue.write(to: &writer)
    }

    /// Restores the index of a generation.
    ///
    /// - Parameters:
    ///   - file: The file that it was written to.
    ///   - ladder: The generation's prefix lengths.
    ///   - policy: How rows must be grouped into lists.
    /// - Throws: ``SnapshotFiles/SnapshotFileError/malformed(path:section:reason:)`` when the sections do not fit, or the
    ///   lists were made by another policy.
    package init(
        from file: SnapshotFile, ladder: PrefixLadder, policy: ListPolicy = ListPolicy()
    ) throws(SnapshotFileError) {
        let numbers = policy.numbers
        let found = try file.column("index.policy", of: Int64.self, count: numbers.count)
        guard found.elements(0..<numbers.count) == numbers else {
            throw file.malformed("index.policy", "lists are now made by \(numbers)")
        }
        let shape = try file.column("index.shape", of: Int64.self, count: 2)
        let planes = try PlaneTable(
            "index.planes", from: file, layout: IndexShape(ladder: ladder, policy: policy).layout, count: Int(shape[0]))
        let segment = shape[1] == 0 ? nil : try ListSegment(from: file)
        let tailCount = segment.map { planes.count - $0.slotCount } ?? 0
        guard tailCount >= 0 else {
            throw file.malformed(
                "index.planes", "there are \(planes.count) places for \(planes.count - tailCount) slots")
        }
        let tailLists = try file.column("index.tail_lists", of: Int32.self, count: tailCount).elements(0..<tailCount)
        let listCount = segment?.table.count ?? 0
        guard tailLists.allSatisfy({ $0 >= 0 && $0 < listCount }) else {
            throw file.malformed("index.tail_lists", "it names lists past the last of \(listCount)")
        }
        self.init(
            ladder: ladder, policy: policy, planes: planes, segment: segment, tailLists: tailLists,
            catalogue: try CatalogueBitmaps(from: file, rowCount: planes.count))
    }
}

extension ListPolicy {
    /// What decides which lists there are; the number of workers does not.
    fileprivate var numbers: [Int64] {
        [
            Int64(depth ?? 0), Int64(coarseDimensions), Int64(rowsPerList), Int64(minimumRows), Int64(bitPattern: seed),
        ]
    }
}

extension PlaneTable {
    /// Writes the planes as a section.
    func write(_ name: String, to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try writer.begin(name, byteCount: pageBytes)
        try forEachPage { pages, range throws(SnapshotFileError) in try writer.append(pages, range) }
    }

    /// Reads the planes of a section onto pages of their own.
    init(_ name: String, from file: SnapshotFile, layout: PlaneLayout, count: Int) throws(SnapshotFileError) {
        guard let table = PlaneTable(layout: layout, count: count, copying: try file.pages(name)) else {
            throw file.malformed(name, "it does not hold \(count) rows of \(layout.dimensions) dimensions")
        }
        self = table
    }
}
