/// Writes the rows of a COPY into the server, in pieces of 64 KiB.
public struct CopyWriter: ~Copyable {
    private let connection: Connection
    private let columns: Int
    private let deadline: Deadline?
    private var bytes = BinaryWriter(capacity: CopyWriter.pieceSize + 8_192)

    /// Rows written so far.
    public private(set) var rowCount = 0

    private static let pieceSize = 65_536

    init(_ connection: Connection, columns: Int, deadline: Deadline?) {
        self.connection = connection
        self.columns = columns
        self.deadline = deadline
        bytes.append(Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00])
        bytes.append(Int32(0))
        bytes.append(Int32(0))
    }

    /// Whether a piece is full: then ``flush()`` before more rows.
    public var isFull: Bool { bytes.count >= Self.pieceSize }

    /// Appends a row, and sends what is gathered when a piece is full.
    public mutating func row<each Value: PostgresEncodable>(_ values: repeat each Value) async throws(PostgresError) {
        try append(repeat each values)
        if isFull { try await flush() }
    }

    /// Appends a row without sending anything.
    ///
    /// - Throws: ``PostgresError`` of kind `encoding` for a text with U+0000; the row is then left out.
    public mutating func append<each Value: PostgresEncodable>(_ values: repeat each Value) throws(PostgresError) {
        let start = bytes.count
        bytes.append(Int16(truncatingIfNeeded: columns))
        var count = 0
        do throws(PostgresError) {
            for value in repeat each values {
                count += 1
                try bytes.appendField(value)
            }
        } catch {
            bytes.truncate(to: start)
            throw error
        }
        precondition(count == columns, "A row of \(count) values for a COPY of \(columns) columns.")
        rowCount += 1
    }

    /// Sends what is gathered.
    public mutating func flush() async throws(PostgresError) {
        guard bytes.count > 0 else { return }
        bytes.reuse(try await connection.sendCopy(bytes.take(), deadline))
    }

    /// Sends what is left and the end mark.
    mutating func finish() async throws(PostgresError) {
        bytes.append(Int16(-1))
        try await flush()
    }
}
