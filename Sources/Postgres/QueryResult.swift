import CLibPQ

/// A result of libpq's, freed with this object.
@safe
final class QueryResult {
    /// libpq's result.
    ///
    /// SAFETY: of each `unsafe` that hands it to libpq: it is valid from `init` to `deinit`, libpq does not change it,
    /// rows and columns are within the counts that it states, and texts are copied at once.
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
    }

    deinit {
        // SAFETY: nobody else has the handle, and nothing read from it is kept.
        unsafe PQclear(handle)
    }

    var status: ExecStatusType { unsafe PQresultStatus(handle) }

    var isBinary: Bool { unsafe PQbinaryTuples(handle) == 1 }

    var columnCount: Int { Int(unsafe PQnfields(handle)) }

    /// Rows that the command tag counts; 0 where it counts none.
    var affected: Int {
        // SAFETY: libpq returns a NUL-terminated text that lives as long as the result.
        Int(unsafe String(cString: PQcmdTuples(handle))) ?? 0
    }

    /// What the server says it did, such as `INSERT 0 1`.
    var commandTag: String { unsafe String(cString: PQcmdStatus(handle)) }

    /// The error that the server reported, without what might hold a value.
    func error() -> PostgresError {
        let state = SQLState(field("C") ?? "XX000")
        let text = field("M") ?? "it gave no reason"
        return PostgresError(
            kind: .server,
            sqlState: state,
            // Data exceptions quote the data; other messages quote names.
            message: state.code.hasPrefix("22") ? Self.withoutQuoted(text) : text,
            constraint: field("n"),
            position: field("P").flatMap { Int($0) }
        )
    }

    /// Copies the rows out.
    func rows() -> Rows {
        let columnCount = unsafe PQnfields(handle)
        let count = unsafe PQntuples(handle)
        let columns = (0..<columnCount).map { column in
            RowStorage.Column(
                name: unsafe String(cString: PQfname(handle, column)),
                type: PostgresType(oid: unsafe PQftype(handle, column)))
        }
        var cells: [RowStorage.Cell] = []
        cells.reserveCapacity(Int(count) * Int(columnCount))
        var size = 0
        for row in 0..<count {
            for column in 0..<columnCount {
                let isNull = unsafe PQgetisnull(handle, row, column) == 1
                let length = isNull ? -1 : Int(unsafe PQgetlength(handle, row, column))
                cells.append(RowStorage.Cell(offset: size, length: length))
                size += max(0, length)
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        var index = 0
        for row in 0..<count {
            for column in 0..<columnCount {
                let length = cells[index].length
                index += 1
                guard length > 0, let value = unsafe PQgetvalue(handle, row, column) else { continue }
                // SAFETY: libpq says that `length` bytes lie at `value`, for as long as the result lives.
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: length))
            }
        }
        let storage = RowStorage(columns: columns, bytes: bytes, cells: cells, count: Int(count))
        return Rows(storage: storage, affected: affected, commandTag: commandTag)
    }

    /// A field of the error report, by its letter in the protocol.
    private func field(_ letter: Unicode.Scalar) -> String? {
        unsafe PQresultErrorField(handle, Int32(letter.value)).map { unsafe String(cString: $0) }
    }

    /// What stands between the first and the last quotation mark, left out.
    private static func withoutQuoted(_ text: String) -> String {
        guard let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\""), first < last else {
            return text
        }
        return text[...first] + "…" + text[last...]
    }
}
