extension Connection {
    /// Runs one statement and returns its rows.
    ///
    /// A statement that comes again on the same connection is prepared, unless a transaction pooler stands in between.
    ///
    /// - Parameters:
    ///   - sql: One statement, with `$1`, `$2` … for the parameters.
    ///   - parameters: Values, sent in binary.
    ///   - deadline: The settings' ``ConnectionSettings/statementDeadline`` from now when not given.
    /// - Returns: The rows, copied out of the connection.
    /// - Throws: ``PostgresError``.
    @discardableResult
    public nonisolated func query(
        _ sql: SQL, _ parameters: any PostgresEncodable..., deadline: Deadline? = nil
    ) async throws(PostgresError) -> Rows {
        try await run(Statement(sql, parameters: parameters), deadline: deadline)
    }

    /// Runs one statement and returns how many rows it touched.
    @discardableResult
    public nonisolated func execute(
        _ sql: SQL, _ parameters: any PostgresEncodable..., deadline: Deadline? = nil
    ) async throws(PostgresError) -> Int {
        try await run(Statement(sql, parameters: parameters), deadline: deadline).affected
    }

    /// Runs one statement and returns its rows.
    @discardableResult
    public func run(_ statement: Statement, deadline: Deadline? = nil) async throws(PostgresError) -> Rows {
        guard let rows = try await pipeline([statement], deadline: deadline).first else { throw .connectionLost }
        return rows
    }

    /// Runs `statements` in one round trip and returns the rows of each, in order.
    ///
    /// Outside a transaction they are one: when one fails, none has happened.
    ///
    /// - Throws: The error of the first statement that failed; those after it did not run.
    @discardableResult
    public func pipeline(_ statements: [Statement], deadline: Deadline? = nil) async throws(PostgresError) -> [Rows] {
        guard !statements.isEmpty else { return [] }
        let prepares = !settings.behindTransactionPooler
        return try await withSession(deadline: deadline) { session, wait throws(PostgresError) in
            let wasIdle = session.isOutsideTransaction
            do throws(PostgresError) {
                return try session.pipeline(statements, prepares: prepares, wait)
            } catch  where error.meansStalePlan {
                // A table changed under a prepared statement. Nothing was done: prepare again, once.
                session.forgetPrepared()
                guard wasIdle else { throw error }
                return try session.pipeline(statements, prepares: prepares, wait)
            }
        }
    }

    /// Runs the text of a file: any number of statements, without parameters.
    ///
    /// The server takes them as one transaction unless the text begins and commits its own.
    ///
    /// - Returns: The command tag of each statement.
    @discardableResult
    public func execute(script: String, deadline: Deadline? = nil) async throws(PostgresError) -> [String] {
        let sql = SQL(unsafeSQL: script)
        return try await withSession(deadline: deadline) { session, wait throws(PostgresError) in
            try session.run(script: sql, wait)
        }
    }
}

extension PostgresError {
    fileprivate var meansStalePlan: Bool {
        sqlState == .invalidStatementName
            || sqlState == .featureNotSupported && message.contains("cached plan")
    }
}
