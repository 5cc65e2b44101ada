import Postgres

/// The table that says what a database has: `linden_migrations.applied`.
struct MigrationLedger {
    let connection: Connection

    /// What was applied, oldest first; nothing when there is no ledger yet.
    ///
    /// Changes nothing.
    func applied() async throws(PostgresError) -> [AppliedMigration] {
        let exists = try await connection.query("SELECT to_regclass('linden_migrations.applied') IS NOT NULL")
        guard try exists.first?.decode(Bool.self, at: 0) == true else { return [] }
        let rows = try await connection.query(
            "SELECT version, title, sha256, applied_at, seconds FROM linden_migrations.applied ORDER BY version")
        var applied: [AppliedMigration] = []
        for row in rows {
            let (version, title, sha256, at, seconds) = try row.decode(
                Int.self, String.self, String.self, Timestamptz.self, Double.self)
            applied.append(
                AppliedMigration(
                    version: MigrationVersion(version), title: title, sha256: sha256, appliedAt: at.microseconds,
                    seconds: seconds))
        }
        return applied
    }

    /// Makes the tables, unless they are there.
    func create() async throws(PostgresError) {
        let made = try await connection.query(
            """
            SELECT to_regclass('linden_migrations.progress') IS NOT NULL AND EXISTS (SELECT FROM pg_attribute
                WHERE attrelid = to_regclass('linden_migrations.applied') AND attname = 'removed')
            """)
        guard try made.first?.decode(Bool.self, at: 0) != true else { return }
        try await connection.execute(
            script: """
                SET client_min_messages = warning;
                CREATE SCHEMA IF NOT EXISTS linden_migrations;
                CREATE TABLE IF NOT EXISTS linden_migrations.applied (
                    version integer PRIMARY KEY CHECK (version > 0),
                    title text NOT NULL,
                    sha256 text NOT NULL CHECK (length(sha256) = 64),
                    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    seconds double precision NOT NULL
                );
                -- What each migration did to the catalogue; NULL where nobody looked.
                ALTER TABLE linden_migrations.applied
                    ADD COLUMN IF NOT EXISTS added text[], ADD COLUMN IF NOT EXISTS removed text[];
                CREATE TABLE IF NOT EXISTS linden_migrations.progress (
                    version integer PRIMARY KEY,
                    is_up boolean NOT NULL,
                    done text[] NOT NULL,
                    begun text,
                    catalogue text[] NOT NULL,
                    started_at timestamptz NOT NULL DEFAULT clock_timestamp()
                );
                """)
    }

    /// Enters a migration, in its own transaction.
    func enter(
        _ migration: Migration, seconds: Double, change: CatalogueChange
    ) async throws(PostgresError) {
        try await connection.execute(
            """
            INSERT INTO linden_migrations.applied (version, title, sha256, seconds, added, removed)
            VALUES ($1, $2, $3, $4, $5, $6)
            """, migration.version.number, migration.title, migration.sha256, seconds, change.added, change.removed)
    }

    /// The catalogue that the applied migrations should have made together.
    ///
    /// - Returns: `nil` when one of them was applied before this was kept.
    func expectedCatalogue() async throws(PostgresError) -> Catalogue? {
        let kept = try await connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_attribute
                WHERE attrelid = to_regclass('linden_migrations.applied') AND attname = 'added')
            """)
        guard try kept.first?.decode(Bool.self, at: 0) == true else { return nil }
        let rows = try await connection.query(
            "SELECT added, removed FROM linden_migrations.applied ORDER BY version")
        var expected = Catalogue(lines: [])
        for row in rows {
            guard !row.isNull(at: 0), !row.isNull(at: 1) else { return nil }
            let (added, removed) = try row.decode([String].self, [String].self)
            expected = expected.applying(CatalogueChange(added: added, removed: removed))
        }
        return expected
    }

    /// Strikes a migration out, in the transaction that undoes it.
    func strike(_ migration: Migration) async throws(PostgresError) {
        try await connection.execute(
            "DELETE FROM linden_migrations.applied WHERE version = $1", migration.version.number)
    }
}
