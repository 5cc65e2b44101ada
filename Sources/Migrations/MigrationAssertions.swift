import Postgres

/// What `NNNN_title.verify.sql` claims of the database.
///
/// A statement that returns rows holds when there is one at least and the first column of all is true; any other holds
/// when it does not fail.
struct MigrationAssertions {
    let script: SQLScript
    let file: String

    init(_ script: SQLScript, file: String) {
        self.script = script
        self.file = file
    }

    /// Asks the server in the transaction that is open, or statement by statement.
    ///
    /// - Throws: ``MigrationError/assertionFailed(file:line:reason:)``.
    func hold(on connection: Connection) async throws(MigrationError) {
        for statement in script.statements {
            let reason: String?
            do throws(PostgresError) {
                reason = try await refusal(of: statement, on: connection)
            } catch {
                reason = error.message
            }
            if let reason { throw .assertionFailed(file: file, line: statement.line, reason: reason) }
        }
    }

    private func refusal(
        of statement: SQLScript.Statement, on connection: Connection
    ) async throws(PostgresError) -> String? {
        let rows = try await connection.query(SQL(unsafeSQL: statement.text))
        guard rows.commandTag.hasPrefix("SELECT") else { return nil }
        for row in rows where try row.decode(Bool?.self, at: 0) != true { return "it is not true" }
        return rows.isEmpty ? "it returns no row" : nil
    }
}
