/// One row of a result.
///
/// ```swift
/// for row in try await connection.query("SELECT item_no, title FROM item WHERE item_no = ANY($1)", numbers) {
///     let (number, title) = try row.decode(Int64.self, String?.self)
/// }
/// ```
public struct Row: Sendable {
    let storage: RowStorage
    let index: Int

    public var columnCount: Int { storage.columns.count }

    /// Reads the first columns, in order, as the types given.
    ///
    /// - Throws: ``PostgresError`` of kind `decoding` that names the column, its type and what was asked.
    public func decode<each Value: PostgresDecodable>(
        _ types: repeat (each Value).Type
    ) throws(PostgresError) -> (repeat each Value) {
        var column = -1
        func next<Next: PostgresDecodable>(_ type: Next.Type) throws(PostgresError) -> Next {
            column += 1
            return try decode(type, at: column)
        }
        return (repeat try next((each Value).self))
    }

    /// Reads column `column`, counted from 0.
    public func decode<Value: PostgresDecodable>(
        _ type: Value.Type = Value.self, at column: Int
    ) throws(PostgresError) -> Value {
        let cell = try cell(column, as: type)
        guard cell.length >= 0 else {
            guard let null = Value.null else {
                throw failure(column, "it is NULL, and \(type) cannot be. Ask for \(type)?")
            }
            return null
        }
        let bytes = storage.bytes
        do throws(BinaryFormatError) {
            return try Value(decoding: bytes.span.extracting(cell.offset..<cell.offset + cell.length))
        } catch {
            throw failure(column, "its \(cell.length) bytes are not the binary form of \(type) (\(error))")
        }
    }

    public func isNull(at column: Int) -> Bool {
        precondition(column >= 0 && column < columnCount, "Column \(column) of \(columnCount).")
        return storage.cells[index * columnCount + column].length < 0
    }

    /// Lends the bytes of a `bytea`, or of any type in its binary form, without a copy.
    ///
    /// - Throws: ``PostgresError`` of kind `decoding` for NULL; what `body` throws.
    public func withBytes<Result>(at column: Int, _ body: (Span<UInt8>) throws -> Result) throws -> Result {
        let cell = try cell(column, as: nil)
        guard cell.length >= 0 else { throw failure(column, "it is NULL, and bytes were asked for") }
        let bytes = storage.bytes
        return try body(bytes.span.extracting(cell.offset..<cell.offset + cell.length))
    }

    private func cell(
        _ column: Int, as type: (any PostgresDecodable.Type)?
    ) throws(PostgresError) -> RowStorage.Cell {
        guard column >= 0, column < columnCount else {
            throw PostgresError(
                kind: .decoding,
                message: "Column \(column) was asked for; the row has \(columnCount), counted from 0. "
                    + "Select it, or ask for fewer.")
        }
        let stored = storage.columns[column].type
        if let type, stored != .unspecified, !type.reads(stored) {
            throw failure(
                column, "it is \(stored), which \(type) cannot read. Cast it in the query, or ask for another type")
        }
        return storage.cells[index * columnCount + column]
    }

    private func failure(_ column: Int, _ reason: String) -> PostgresError {
        let name = storage.columns[column].name
        let named = name.isEmpty ? "Column \(column)" : "Column \(column) (\"\(name)\")"
        return PostgresError(kind: .decoding, message: "\(named) cannot be read: \(reason).")
    }
}
