import CLibPQ

extension Session {
    /// Starts a COPY in the direction that `status` names.
    func beginCopy(_ sql: SQL, _ status: ExecStatusType, _ wait: Wait) throws(PostgresError) -> Int {
        try begin(sql)
        guard let result = try nextResult(wait) else { throw .connectionLost }
        if result.status == PGRES_FATAL_ERROR {
            let error = result.error()
            try drain(wait)
            throw error
        }
        guard result.status == status, result.isBinary else {
            throw PostgresError(
                kind: .closed,
                message: "The statement is not the COPY that was asked for, and the connection was closed. "
                    + "Write COPY … FROM STDIN (FORMAT binary) for copyIn, COPY … TO STDOUT (FORMAT binary) for copyOut."
            )
        }
        return result.columnCount
    }

    /// Sends a piece of COPY data, and waits until the kernel has it: the memory used is that of one piece.
    func sendCopy(_ bytes: [UInt8], _ wait: Wait) throws(PostgresError) {
        let sent = unsafe bytes.withUnsafeBytes { buffer in
            // SAFETY: libpq copies the bytes before it returns.
            unsafe PQputCopyData(
                handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        }
        guard sent == 1 else { throw brokenConnection() }
        try flush(wait)
    }

    /// Ends a COPY IN: in success, or with the reason that it is given up for.
    ///
    /// - Returns: The rows that the server took.
    func endCopy(failingWith reason: String?, _ wait: Wait) throws(PostgresError) -> Int {
        while true {
            let ended = unsafe PQputCopyEnd(handle, reason)
            guard ended >= 0 else { throw brokenConnection() }
            if ended == 1 { break }
            try flush(wait)
        }
        guard let result = try nextResult(wait) else { throw .connectionLost }
        try drain(wait)
        guard result.status == PGRES_COMMAND_OK else { throw result.error() }
        return result.affected
    }

    /// Reads COPY data, whole rows of it, until there are `target` bytes or no more for now.
    ///
    /// - Returns: The bytes, and whether they are the last.
    func receiveCopy(atLeast target: Int, _ wait: Wait) throws(PostgresError) -> CopyPiece {
        var bytes: [UInt8] = []
        while bytes.count < target {
            var row: UnsafeMutablePointer<CChar>?
            let length = unsafe PQgetCopyData(handle, &row, 1)
            if length > 0, let row = unsafe row {
                // SAFETY: libpq says that `length` bytes lie at `row`, ours until we free them.
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
                unsafe PQfreemem(row)
                continue
            }
            switch length {
            case 0 where bytes.isEmpty:
                _ = try wait.untilReady(socket, for: POLLIN)
                try consumeInput()
            case 0:
                return CopyPiece(bytes: bytes, isLast: false)
            case -1:
                guard let result = try nextResult(wait) else { throw .connectionLost }
                try drain(wait)
                guard result.status == PGRES_COMMAND_OK else { throw result.error() }
                return CopyPiece(bytes: bytes, isLast: true)
            default:
                throw brokenConnection()
            }
        }
        return CopyPiece(bytes: bytes, isLast: false)
    }

    /// Reads what is left of the answer, up to its end.
    private func drain(_ wait: Wait) throws(PostgresError) {
        while try nextResult(wait) != nil {}
    }
}

/// Some of the rows of a COPY, in the server's binary form.
struct CopyPiece: Sendable {
    let bytes: [UInt8]
    let isLast: Bool
}
