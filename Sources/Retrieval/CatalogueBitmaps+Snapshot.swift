import ByteStreams
import SnapshotFiles
import VectorKernels

extension CatalogueBitmaps {
    /// Writes liveness, availability and facets as sections.
    func write(to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try writer.add("index.live", live.words)
        try writer.add("index.available", available.words)
        var names = FieldWriter()
        for facet in facetNames {
            switch facet.key {
            case .category:
                names.append(UInt8(0))
            case .attribute(let key):
                names.append(UInt8(1))
                names.append(text: key.utf8)
            }
            names.append(text: facet.value.utf8)
        }
        try writer.add("index.facet_names", names.bytes)
        var sets: [UInt16] = []
        for set in rows { set.write(to: &sets) }
        try writer.add("index.facet_rows", sets)
        try writer.add("index.facets", facetsOfRow.lists)
    }

    /// Reads what was written of `rowCount` rows.
    ///
    /// - Throws: ``SnapshotFiles/SnapshotFileError/malformed(path:section:reason:)``.
    init(from file: SnapshotFile, rowCount: Int) throws(SnapshotFileError) {
        let live = try Self.mask("index.live", from: file, rowCount: rowCount)
        let available = try Self.mask("index.available", from: file, rowCount: rowCount)
        guard let names = Self.names(in: try file.bytes("index.facet_names")) else {
            throw file.malformed("index.facet_names", "its fields end too early")
        }
        let column = try file.column("index.facet_rows", of: UInt16.self)
        var sets = column.elements(0..<column.count)[...]
        var rows: [RowSet] = []
        for _ in names {
            guard let set = RowSet(from: &sets) else {
                throw file.malformed("index.facet_rows", "it does not hold \(names.count) sets")
            }
            rows.append(set)
        }
        let lists = try file.lists("index.facets", of: UInt32.self, count: rowCount)
        let isKnown = lists.elements.withSpan { numbers in numbers.indices.allSatisfy { numbers[$0] < names.count } }
        guard isKnown, sets.isEmpty else {
            throw file.malformed("index.facets", "it names facets past the last of \(names.count)")
        }
        self.init(live: live, available: available, names: names, rows: rows, facetsOfRow: RowFacets(lists))
    }

    private static func mask(
        _ name: String, from file: SnapshotFile, rowCount: Int
    ) throws(SnapshotFileError) -> RowMask {
        let words = try file.column(name, of: UInt64.self)
        guard let mask = RowMask(rowCount: rowCount, words: words.elements(0..<words.count)) else {
            throw file.malformed(name, "it is no mask of \(rowCount) rows")
        }
        return mask
    }

    /// The facets in the order of their numbers.
    private static func names(in bytes: [UInt8]) -> [Facet]? {
        var reader = FieldReader(bytes)
        var names: [Facet] = []
        while !reader.isAtEnd {
            var key = FacetKey.category
            if reader.integer(UInt8.self) != 0 {
                guard let name = reader.text() else { return nil }
                key = .attribute(String(decoding: name, as: UTF8.self))
            }
            guard let value = reader.text() else { return nil }
            names.append(Facet(key: key, value: String(decoding: value, as: UTF8.self)))
        }
        return names
    }
}
