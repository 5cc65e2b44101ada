/// Cuts the bytes of a binary COPY into rows.
struct CopyParser {
    private let columns: [RowStorage.Column]
    private var isInHeader = true

    init(columns: Int) {
        self.columns = Array(repeating: RowStorage.Column(name: "", type: .unspecified), count: columns)
    }

    /// The rows in a piece: whole rows, as the server sends them.
    mutating func rows(in bytes: [UInt8]) throws(PostgresError) -> Rows {
        let span = bytes.span
        var offset = 0
        if isInHeader {
            guard span.count >= 19 else { throw Self.malformed }
            offset = 19 + Int(span.integer(UInt32.self, at: 15))
            isInHeader = false
        }
        var cells: [RowStorage.Cell] = []
        var count = 0
        while offset < span.count {
            guard offset + 2 <= span.count else { throw Self.malformed }
            let fields = Int(span.integer(Int16.self, at: offset))
            offset += 2
            if fields == -1 { break }
            guard fields == columns.count else { throw Self.malformed }
            for _ in 0..<fields {
                guard offset + 4 <= span.count else { throw Self.malformed }
                let length = Int(span.integer(Int32.self, at: offset))
                offset += 4
                cells.append(RowStorage.Cell(offset: offset, length: length))
                offset += max(0, length)
            }
            guard offset <= span.count else { throw Self.malformed }
            count += 1
        }
        let storage = RowStorage(columns: columns, bytes: bytes, cells: cells, count: count)
        return Rows(storage: storage, affected: count, commandTag: "COPY \(count)")
    }

    private static var malformed: PostgresError {
        PostgresError(
            kind: .decoding,
            message: "The server's COPY data is not in binary format. Write (FORMAT binary) in the COPY.")
    }
}
