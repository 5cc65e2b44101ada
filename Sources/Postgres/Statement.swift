/// A statement with its parameters, ready to be sent: what a pipeline is made of.
public struct Statement: Sendable {
    public let sql: SQL

    /// The types of the parameters, in order.
    let types: [PostgresType]
    /// The binary forms, one after another, and one byte more, so that an empty value has an address too.
    let bytes: [UInt8]
    /// Where each parameter lies in ``bytes``; a length of -1 is NULL.
    let cells: [RowStorage.Cell]

    /// Encodes `parameters` for `$1`, `$2` … of `sql`.
    ///
    /// - Throws: ``PostgresError`` of kind `encoding`, for a text with U+0000.
    public init(_ sql: SQL, _ parameters: any PostgresEncodable...) throws(PostgresError) {
        try self.init(sql, parameters: parameters)
    }

    /// Encodes `parameters` for `$1`, `$2` … of `sql`.
    public init(_ sql: SQL, parameters: [any PostgresEncodable]) throws(PostgresError) {
        guard parameters.count <= Int(Int16.max) else {
            throw PostgresError(
                kind: .encoding,
                message: "A statement has \(parameters.count) parameters; 32767 are the most. Send arrays, or COPY.")
        }
        try sql.refuseNUL()
        var writer = BinaryWriter()
        var types: [PostgresType] = []
        var cells: [RowStorage.Cell] = []
        for parameter in parameters {
            types.append(type(of: parameter).postgresType)
            let start = writer.count
            if !parameter.isNull { try parameter.encode(into: &writer) }
            cells.append(RowStorage.Cell(offset: start, length: parameter.isNull ? -1 : writer.count - start))
        }
        writer.append(UInt8(0))
        self.sql = sql
        self.types = types
        self.bytes = writer.take()
        self.cells = cells
    }
}

extension SQL {
    /// libpq would read the text up to the NUL only.
    func refuseNUL() throws(PostgresError) {
        guard !text.utf8.contains(0) else {
            throw PostgresError(kind: .encoding, message: "The SQL holds the character U+0000. Take it out.")
        }
    }
}
