import ByteStreams
import SnapshotFiles

extension ItemColumns {
    /// Writes the columns as sections.
    func write(to writer: inout SnapshotFileWriter) throws(SnapshotFileError) {
        try writer.add("items.numbers", numbers)
        try writer.add("items.interactions", interactions)
        try writer.add("items.ids", ids)
        try writer.add("items.titles", titles)
        try writer.add("items.model", modelItems)
        try writer.add("items.categories", categories)
        try writer.add("items.words", words)
        try writer.add("items.by_number", rowsByNumber.places)
        try writer.add("items.by_id", rowsByID.places)
    }

    /// Reads the columns in place.
    ///
    /// - Throws: ``SnapshotFileError/malformed(path:section:reason:)`` for columns that do not fit each other.
    init(from file: SnapshotFile) throws(SnapshotFileError) {
        numbers = try file.column("items.numbers")
        let count = numbers.count
        interactions = try file.column("items.interactions", count: count)
        ids = try file.lists("items.ids", count: count)
        titles = try file.lists("items.titles", count: count)
        modelItems = try file.column("items.model", count: count)
        categories = try file.lists("items.categories", count: count)
        words = try file.lists("items.words", count: count)
        guard let byNumber = RowTable(try file.column("items.by_number"), rowCount: count) else {
            throw file.malformed("items.by_number", "it is no table of \(count) rows")
        }
        guard let byID = RowTable(try file.column("items.by_id"), rowCount: count) else {
            throw file.malformed("items.by_id", "it is no table of \(count) rows")
        }
        rowsByNumber = byNumber
        rowsByID = byID
    }
}
