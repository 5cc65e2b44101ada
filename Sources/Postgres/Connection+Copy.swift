import CLibPQ

extension Connection {
    /// Streams rows into a table.
    ///
    /// ```swift
    /// try await connection.copyIn("COPY item (item_no, title) FROM STDIN (FORMAT binary)") { writer in
    ///     for item in items { try await writer.row(item.number, item.title) }
    /// }
    /// ```
    /// When `body` throws, the server takes none of the rows and the connection stays of use.
    ///
    /// - Parameters:
    ///   - sql: `COPY … FROM STDIN (FORMAT binary)`.
    ///   - deadline: For the whole; when not given, the server may be silent for the settings'
    ///     ``ConnectionSettings/statementDeadline`` at a time.
    ///   - body: Writes the rows.
    /// - Returns: The rows that the server took.
    /// - Throws: What `body` throws; ``PostgresError``.
    @discardableResult
    public nonisolated func copyIn(
        _ sql: SQL, deadline: Deadline? = nil, _ body: (inout CopyWriter) async throws -> Void
    ) async throws -> Int {
        let columns = try await beginCopy(sql, PGRES_COPY_IN, deadline)
        var writer = CopyWriter(self, columns: columns, deadline: deadline)
        do {
            try await body(&writer)
            try await writer.finish()
            return try await endCopyIn(deadline)
        } catch {
            await abandonCopyIn()
            throw error
        }
    }

    /// Streams rows out of a table or a query, and hands them to `body` one after another.
    ///
    /// The memory used is that of some 64 KiB of rows. When `body` throws, the connection is closed, since the server
    /// would send the rest. COPY does not say the types of its columns: what is decoded must be what they are.
    ///
    /// - Parameters:
    ///   - sql: `COPY … TO STDOUT (FORMAT binary)`.
    ///   - deadline: As for ``copyIn(_:deadline:_:)``.
    ///   - body: Takes a row.
    /// - Returns: The rows read.
    /// - Throws: What `body` throws; ``PostgresError``.
    @discardableResult
    public nonisolated func copyOut(
        _ sql: SQL, deadline: Deadline? = nil, _ body: (Row) async throws -> Void
    ) async throws -> Int {
        let columns = try await beginCopy(sql, PGRES_COPY_OUT, deadline)
        var parser = CopyParser(columns: columns)
        var count = 0
        do {
            var isLast = false
            while !isLast {
                let piece = try await receiveCopy(deadline)
                isLast = piece.isLast
                for row in try parser.rows(in: piece.bytes) {
                    try await body(row)
                    count += 1
                }
            }
        } catch {
            if state == .copying { await close() }
            throw error
        }
        return count
    }

    private func beginCopy(
        _ sql: SQL, _ status: ExecStatusType, _ deadline: Deadline?
    ) async throws(PostgresError) -> Int {
        try await withSession(deadline: deadline, stall: settings.statementDeadline) {
            session, wait throws(PostgresError) in try session.beginCopy(sql, status, wait)
        }
    }

    /// Sends a piece and gives the buffer back for its room.
    func sendCopy(_ bytes: [UInt8], _ deadline: Deadline?) async throws(PostgresError) -> [UInt8] {
        try await withSession(deadline: deadline, stall: settings.statementDeadline) {
            session, wait throws(PostgresError) in try session.sendCopy(bytes, wait)
        }
        return bytes
    }

    private func endCopyIn(_ deadline: Deadline?) async throws(PostgresError) -> Int {
        try await withSession(deadline: deadline, stall: settings.statementDeadline) {
            session, wait throws(PostgresError) in try session.endCopy(failingWith: nil, wait)
        }
    }

    private func receiveCopy(_ deadline: Deadline?) async throws(PostgresError) -> CopyPiece {
        try await withSession(deadline: deadline, stall: settings.statementDeadline) {
            session, wait throws(PostgresError) in try session.receiveCopy(atLeast: 65_536, wait)
        }
    }

    /// Tells the server to take nothing, though the task may be cancelled.
    private func abandonCopyIn() async {
        guard state == .copying else { return }
        do throws(PostgresError) {
            _ = try await withSession(deadline: .seconds(5), heedsCancellation: false) {
                session, wait throws(PostgresError) in
                try session.endCopy(failingWith: "the client gave up", wait)
            }
        } catch  where error.sqlState == .queryCancelled {
            // The server's answer to giving up.
        } catch {
            close()
        }
    }
}
