import Migrations
import Testing

@Suite("The linter")
struct LintTests {
    private func rules(_ up: String, down: String? = nil) throws -> [LintRule] {
        var files = [MigrationSet.File(name: "0001_a.up.sql", text: up)]
        if let down { files.append(MigrationSet.File(name: "0001_a.down.sql", text: down)) }
        return try MigrationSet(files: files).lint().map(\.rule)
    }

    @Test(
        "names what would hurt a database in use, and lets what stands in its place pass",
        arguments: [
            (.requireConcurrentIndexCreation, "CREATE INDEX i ON t (x)", "CREATE INDEX CONCURRENTLY i ON t (x)"),
            (.requireConcurrentIndexDeletion, "DROP INDEX IF EXISTS i", "DROP INDEX CONCURRENTLY IF EXISTS i"),
            (
                .constraintMissingNotValid, "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0)",
                "ALTER TABLE t ADD CONSTRAINT c CHECK (x > 0) NOT VALID"
            ),
            (
                .addingForeignKeyConstraint, "ALTER TABLE t ADD FOREIGN KEY (x) REFERENCES u",
                "ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES u NOT VALID"
            ),
            (
                .disallowedUniqueConstraint, "ALTER TABLE ONLY t ADD UNIQUE (x)",
                "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i"
            ),
            (.addingNotNullableField, "ALTER TABLE t ALTER x SET NOT NULL", "ALTER TABLE t ALTER x SET DEFAULT 1"),
            (.addingRequiredField, "ALTER TABLE t ADD x int NOT NULL", "ALTER TABLE t ADD x int NOT NULL DEFAULT 0"),
            (
                .addingFieldWithDefault, "ALTER TABLE t ADD x uuid DEFAULT gen_random_uuid()",
                "ALTER TABLE t ADD x timestamptz DEFAULT now()"
            ),
            (
                .addingFieldWithDefault, "ALTER TABLE t ADD x int GENERATED ALWAYS AS (y + 1) STORED",
                "ALTER TABLE t ADD x int"
            ),
            (
                .addingSerialPrimaryKeyField, "ALTER TABLE t ADD x bigserial PRIMARY KEY",
                "CREATE TABLE u (x bigserial PRIMARY KEY)"
            ),
            (.changingColumnType, "ALTER TABLE t ADD y int, ALTER COLUMN x TYPE int8", "ALTER TABLE t ADD type int"),
            (.renamingColumn, "ALTER TABLE t RENAME x TO y", "ALTER TABLE t RENAME CONSTRAINT x TO y"),
            (.renamingTable, "ALTER TABLE IF EXISTS t RENAME TO u", "ALTER INDEX t RENAME TO u"),
            (.banDropColumn, "ALTER TABLE s.t DROP COLUMN IF EXISTS x", "ALTER TABLE s.t DROP CONSTRAINT x"),
            (.banDropTable, "DROP TABLE IF EXISTS t CASCADE", "CREATE TABLE t (x int); DROP TABLE t"),
            (
                .banDropNotNull, "ALTER TABLE t ALTER COLUMN x DROP NOT NULL",
                "ALTER TABLE t ALTER COLUMN x DROP DEFAULT"
            ),
            (.banDropDatabase, "DROP DATABASE d", "DROP VIEW d"),
            (.banTruncateCascade, "TRUNCATE t CASCADE", "TRUNCATE t, u"),
            (.requireLockTimeout, "SET LOCAL lock_timeout = 0", "SET lock_timeout TO '2s'"),
            (.requireStatementTimeout, "SET statement_timeout TO '0'", "SET statement_timeout = 5000"),
            (.preferRobustStatements, "-- linden:no-transaction\nCALL backfill()", "DO $$ BEGIN END $$"),
            (.transactionNesting, "COMMIT", "SELECT 'COMMIT'"),
            (
                .identifierTooLong, "CREATE TABLE \(String(repeating: "x", count: 64)) (x int)",
                "CREATE TABLE \(String(repeating: "x", count: 63)) (x int)"
            ),
        ] as [(LintRule, String, String)]
    )
    func rule(rule: LintRule, bad: String, good: String) throws {
        #expect(try rules(bad) == [rule])
        #expect(try rules(good) == [])
        #expect(try rules("-- \(rule.rawValue)\n-- linden:allow \(rule.rawValue) nobody reads it\n\(bad)") == [])
        #expect(try rules("-- linden:allow \(rule.rawValue) for the first\nSELECT 1;\n\(bad)") == [rule])
    }

    @Test("finds CONCURRENTLY in a transaction")
    func nesting() throws {
        #expect(
            try rules("BEGIN; CREATE INDEX CONCURRENTLY i ON t (x); COMMIT") == [
                .transactionNesting, .banConcurrentIndexCreationInTransaction, .transactionNesting,
            ])
    }

    @Test("lets a way back take away what its migration brought, but not hold up readers")
    func wayBack() throws {
        #expect(
            try rules("SELECT 1", down: "DROP TABLE t; ALTER TABLE u DROP x; DROP INDEX i") == [
                .requireConcurrentIndexDeletion
            ])
    }

    @Test("finds in this program's own migrations what was there before it")
    func own() throws {
        let findings = try MigrationSet.embedded().lint().map {
            "\($0.file):\($0.line) \($0.rule.rawValue) \($0.subject)"
        }
        #expect(
            findings == ["0004_generation_names.up.sql:3 disallowed-unique-constraint linden.generations.name"])
    }
}
