/// What a statement returned: rows in binary form, copied out of libpq.
///
/// A value: it may leave its connection, and outlive it.
public struct Rows: RandomAccessCollection, Sendable {
    let storage: RowStorage

    /// Rows that the statement inserted, updated, deleted or returned, as its command tag says.
    public let affected: Int

    /// What the server says it did, such as `INSERT 0 1`.
    public let commandTag: String

    init(storage: RowStorage, affected: Int, commandTag: String) {
        self.storage = storage
        self.affected = affected
        self.commandTag = commandTag
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { storage.count }

    public subscript(position: Int) -> Row {
        precondition(position >= 0 && position < storage.count, "Row \(position) of \(storage.count).")
        return Row(storage: storage, index: position)
    }
}

/// Rows side by side in one block of bytes.
final class RowStorage: Sendable {
    struct Column: Sendable {
        let name: String
        let type: PostgresType
    }

    /// Where a value lies; `length` -1 is NULL.
    struct Cell: Sendable {
        let offset: Int
        let length: Int
    }

    let columns: [Column]
    let bytes: [UInt8]
    /// Row-major: `count × columns.count`.
    let cells: [Cell]
    let count: Int

    init(columns: [Column], bytes: [UInt8], cells: [Cell], count: Int) {
        self.columns = columns
        self.bytes = bytes
        self.cells = cells
        self.count = count
    }
}
