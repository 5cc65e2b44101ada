import Postgres

/// How far a migration has come that is carried out statement by statement.
///
/// Its row is written before the first statement and struck out with the last, so that a migrator that dies leaves
/// behind where the next one has to go on.
public struct MigrationProgress: Sendable, Equatable {
    public let version: MigrationVersion
    /// Whether it is on its way up; else it is being undone.
    public let isUp: Bool
    /// SHA-256 of the text of each statement that is done, in order.
    let done: [String]
    /// SHA-256 of the statement that was begun outside a transaction; whether it was done, the catalogue tells.
    let begun: String?
    /// The catalogue as it was before the first statement.
    let catalogue: Catalogue

    /// Statements that are done.
    public var statementsDone: Int { done.count }
}

extension MigrationLedger {
    /// The migration that was left half way; `nil` when there is none.
    ///
    /// Changes nothing.
    func progress() async throws(PostgresError) -> MigrationProgress? {
        let exists = try await connection.query("SELECT to_regclass('linden_migrations.progress') IS NOT NULL")
        guard try exists.first?.decode(Bool.self, at: 0) == true else { return nil }
        let rows = try await connection.query(
            "SELECT version, is_up, done, begun, catalogue FROM linden_migrations.progress")
        guard let row = rows.first else { return nil }
        let (version, isUp, done, begun, lines) = try row.decode(
            Int.self, Bool.self, [String].self, String?.self, [String].self)
        return MigrationProgress(
            version: MigrationVersion(version), isUp: isUp, done: done, begun: begun,
            catalogue: Catalogue(lines: Set(lines)))
    }

    /// Enters a migration that is about to go its first step.
    func start(_ version: MigrationVersion, isUp: Bool, catalogue: Catalogue) async throws(PostgresError) {
        try await connection.execute(
            """
            INSERT INTO linden_migrations.progress (version, is_up, done, catalogue)
            VALUES ($1, $2, '{}', $3)
            """, version.number, isUp, catalogue.lines.sorted())
    }

    /// Enters that a statement is about to run outside a transaction.
    func begin(_ hash: String?) async throws(PostgresError) {
        try await connection.execute("UPDATE linden_migrations.progress SET begun = $1", hash)
    }

    /// Enters that a statement is done.
    func finish(_ hash: String) async throws(PostgresError) {
        try await connection.execute(
            "UPDATE linden_migrations.progress SET done = done || $1::text, begun = NULL", hash)
    }

    /// Strikes out the migration that was half way, in the transaction that ends it.
    func strikeProgress() async throws(PostgresError) {
        try await connection.execute("DELETE FROM linden_migrations.progress")
    }
}
