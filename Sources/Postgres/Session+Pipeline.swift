import CLibPQ

extension Session {
    /// Texts that are prepared on one connection; what comes after runs unnamed.
    private static let preparedLimit = 256

    /// One message of a pipeline that is answered by one result.
    private enum Step {
        case prepare(StatementKey)
        case execute
    }

    /// Sends all of `statements`, then reads their results in order: one round trip.
    ///
    /// Outside a transaction they are one: an error undoes those before it, and those after it do not run.
    ///
    /// - Throws: The first error that a statement met; the session stays of use unless the error ends it.
    func pipeline(_ statements: [Statement], prepares: Bool, _ wait: Wait) throws(PostgresError) -> [Rows] {
        try refuseWhenBusy()
        guard unsafe PQenterPipelineMode(handle) == 1 else { throw brokenConnection() }
        var steps: [Step] = []
        for statement in statements {
            let key = StatementKey(sql: statement.sql, types: statement.types)
            if prepares, prepared[key] == nil, isWorthPreparing(key) {
                steps.append(.prepare(key))
                prepared[key] = try sendPrepare(statement)
            }
            steps.append(.execute)
            try send(statement, preparedAs: prepares ? prepared[key] : nil)
        }
        guard unsafe PQpipelineSync(handle) == 1 else { throw brokenConnection() }
        let outcome = try readPipeline(steps, wait)
        guard unsafe PQexitPipelineMode(handle) == 1 else { throw brokenConnection() }
        return try outcome.get()
    }

    /// A statement or a COPY that is still under way belongs to somebody else.
    func refuseWhenBusy() throws(PostgresError) {
        guard transactionStatus == PQTRANS_ACTIVE else { return }
        throw PostgresError(
            kind: .usage,
            message: "The connection is in the middle of a COPY. Finish it first, or borrow a second connection.")
    }

    private func isWorthPreparing(_ key: StatementKey) -> Bool {
        guard prepared.count < Self.preparedLimit else { return false }
        if seen.count >= 4 * Self.preparedLimit { seen.removeAll() }
        return !seen.insert(key).inserted
    }

    private func sendPrepare(_ statement: Statement) throws(PostgresError) -> String {
        preparedCount += 1
        let name = "linden_\(preparedCount)"
        let types = statement.types.map(\.oid)
        // SAFETY: libpq copies the texts and the types, of which there are as many as it is told.
        let sent = unsafe PQsendPrepare(handle, name, statement.sql.text, Int32(types.count), types)
        guard sent == 1 else { throw brokenConnection() }
        return name
    }

    private func send(_ statement: Statement, preparedAs name: String?) throws(PostgresError) {
        let count = Int32(statement.cells.count)
        let lengths = statement.cells.map { Int32(max(0, $0.length)) }
        let formats = [Int32](repeating: 1, count: statement.cells.count)
        let types = statement.types.map(\.oid)
        let sent = unsafe statement.bytes.withUnsafeBytes { bytes in
            // SAFETY: each cell lies inside `bytes`, which are read before the closure ends: libpq copies them.
            let values = unsafe statement.cells.map { cell in
                unsafe cell.length < 0
                    ? nil : bytes.baseAddress?.advanced(by: cell.offset).assumingMemoryBound(to: CChar.self)
            }
            if let name {
                return unsafe PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1)
            }
            return unsafe PQsendQueryParams(
                handle, statement.sql.text, count, types, values, lengths, formats, 1)
        }
        guard sent == 1 else { throw brokenConnection() }
    }

    /// Reads one result for each step, and the end of the pipeline.
    private func readPipeline(_ steps: [Step], _ wait: Wait) throws(PostgresError) -> Result<[Rows], PostgresError> {
        var rows: [Rows] = []
        var failure: PostgresError?
        for step in steps {
            guard let result = try nextResult(wait) else { throw .connectionLost }
            switch (result.status, step) {
            case (PGRES_TUPLES_OK, .execute), (PGRES_COMMAND_OK, .execute), (PGRES_EMPTY_QUERY, .execute):
                rows.append(result.rows())
            case (PGRES_COMMAND_OK, .prepare):
                break
            case (PGRES_PIPELINE_ABORTED, .prepare(let key)):
                prepared[key] = nil
            case (PGRES_PIPELINE_ABORTED, .execute):
                break
            case (PGRES_FATAL_ERROR, _):
                let error = result.error()
                if case .prepare(let key) = step { prepared[key] = nil }
                if error.endsConnection, error.sqlState != .readOnlyTransaction { throw error.asConnectionLoss }
                failure = failure ?? error
            default:
                // A COPY: the protocol leaves no way back from here.
                throw .copyNotAllowed
            }
            _ = try nextResult(wait)
        }
        guard let end = try nextResult(wait), end.status == PGRES_PIPELINE_SYNC else { throw brokenConnection() }
        if let failure { return .failure(failure) }
        return .success(rows)
    }

    /// Forgets what was prepared, when the server says that it no longer fits.
    func forgetPrepared() {
        prepared.removeAll()
    }
}

extension PostgresError {
    /// The server's last words on a connection, as an error of the connection.
    fileprivate var asConnectionLoss: PostgresError {
        PostgresError(
            kind: .connection, sqlState: sqlState,
            message: "PostgreSQL closed the connection: \(message). See the server's log, and try again.")
    }

    static var copyNotAllowed: PostgresError {
        PostgresError(
            kind: .closed,
            message: "A COPY was sent as a plain statement, and the connection was closed. Use copyIn or copyOut.")
    }
}
