/// How much of other transactions' work a transaction sees.
public enum IsolationLevel: String, Sendable, CaseIterable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension Connection {
    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws or its task is cancelled.
    ///
    /// - Parameters:
    ///   - isolation: What it sees of others.
    ///   - readOnly: Whether the server refuses writes in it.
    ///   - body: Gets this connection. It is not run again: a caller that wants that asks ``SQLState/isTransient``.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``PostgresError`` when the commit fails.
    @discardableResult
    public nonisolated func transaction<Value>(
        isolation: IsolationLevel = .readCommitted, readOnly: Bool = false,
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        guard state != .inTransaction, state != .inFailedTransaction else {
            throw PostgresError(
                kind: .usage, message: "A transaction is open on this connection already. Use it, or borrow another.")
        }
        try await query(
            SQL(unsafeSQL: "BEGIN ISOLATION LEVEL \(isolation.rawValue) READ \(readOnly ? "ONLY" : "WRITE")"))
        let value: Value
        do {
            value = try await body(self)
            try Task.checkCancellation()
        } catch {
            await rollBack()
            throw error
        }
        guard try await query("COMMIT").commandTag == "COMMIT" else {
            throw PostgresError(
                kind: .server, sqlState: "25P02",
                message: "the transaction was rolled back, because a statement in it failed and its error was ignored")
        }
        return value
    }

    /// Ends the transaction though the task may be cancelled; a connection that does not obey is closed.
    private func rollBack() async {
        guard state == .inTransaction || state == .inFailedTransaction else { return }
        do throws(PostgresError) {
            let statement = try Statement("ROLLBACK")
            try await withSession(deadline: .seconds(5), heedsCancellation: false) {
                session, wait throws(PostgresError) in
                _ = try session.pipeline([statement], prepares: false, wait)
            }
        } catch {
            close()
        }
    }
}
