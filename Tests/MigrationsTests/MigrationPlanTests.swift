import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A plan of migrations")
struct MigrationPlanTests {
    private static let before = """
        CREATE TABLE item (item_no int8 PRIMARY KEY, title text NOT NULL DEFAULT '', price int);
        CREATE TABLE sale (item_no int8, at date) PARTITION BY RANGE (at);
        CREATE TABLE sale_1 (item_no int8, at date);
        CREATE INDEX item_price ON item (price);
        ALTER TABLE item ADD CONSTRAINT positive CHECK (price > 0) NOT VALID;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER existing BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION f();
        CREATE MATERIALIZED VIEW prices AS SELECT item_no FROM item;
        INSERT INTO item SELECT i, '', 1 FROM generate_series(1, 1000) i;
        ANALYZE item;
        """

    private static let statements = [
        "ALTER TABLE item ADD color text", "ALTER TABLE item DROP title", "ALTER TABLE item ALTER price TYPE int8",
        "ALTER TABLE item ALTER price SET NOT NULL", "ALTER TABLE item ALTER price SET STATISTICS 10",
        "ALTER TABLE item SET (fillfactor = 90)", "ALTER TABLE item VALIDATE CONSTRAINT positive",
        "ALTER TABLE item DISABLE TRIGGER existing", "ALTER TABLE item RENAME price TO cost",
        "ALTER TABLE item ADD CONSTRAINT c UNIQUE (title, item_no)",
        "CREATE TABLE pick (item_no int8 REFERENCES item)",
        "ALTER TABLE sale_1 ADD FOREIGN KEY (item_no) REFERENCES item",
        "CREATE TABLE sale_2 PARTITION OF sale FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "ALTER TABLE sale ATTACH PARTITION sale_1 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
        "CREATE INDEX item_title ON item (title)", "DROP INDEX item_price", "DROP TABLE item CASCADE",
        "CREATE TRIGGER t BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION f()", "DROP TRIGGER existing ON item",
        "CREATE STATISTICS s ON item_no, price FROM item", "CREATE POLICY p ON item USING (true)",
        "COMMENT ON COLUMN item.price IS 'money'", "ANALYZE item", "TRUNCATE item", "REINDEX TABLE item",
        "REFRESH MATERIALIZED VIEW prices", "LOCK TABLE item IN SHARE MODE", "INSERT INTO item VALUES (0)",
        "UPDATE item SET price = 2 WHERE item_no = 1", "DELETE FROM item WHERE item_no = 1",
        "SELECT price FROM item FOR UPDATE", "SELECT price FROM item",
    ]

    @Test("names the locks that the server then takes")
    func locks() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            for statement in Self.statements {
                let migrator = try Migrator.of([Self.before, statement + ";"], on: pool)
                try await migrator.up(to: MigrationVersion(1))
                let plan = try await migrator.plan()
                #expect(plan.map(\.statements).map { $0.map(\.sql) } == [[statement]])
                let locks = plan.flatMap(\.statements).flatMap(\.locks)
                let planned = locks.map { "\($0.table) \($0.mode.nameInCatalogue)" }
                let taken = try await pool.withConnection { connection in
                    try await self.locks(of: statement, named: locks, on: connection)
                }
                #expect(planned == taken, "\(statement)")
                #expect(!planned.isEmpty, "\(statement)")
            }
        }
    }

    /// The strongest lock that a statement takes on each table that the plan names, and on every other that it locks
    /// more than readers do.
    private func locks(
        of statement: String, named: [PlannedMigration.Lock], on connection: Connection
    ) async throws -> [String] {
        try await connection.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS known AS SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'm')")
        try await connection.execute("BEGIN")
        try await connection.execute(script: statement)
        let rows = try await connection.query(
            """
            SELECT c.relname::text, mode FROM pg_locks
                JOIN known ON known.oid = relation LEFT JOIN pg_class c ON c.oid = relation
            WHERE pid = pg_backend_pid() AND locktype = 'relation' AND coalesce(c.relnamespace, 2200) = 2200
            """)
        var strongest: [String: LockMode] = [:]
        for row in rows {
            let (table, name) = try row.decode(String?.self, String.self)
            let mode = try #require(LockMode.allCases.first { $0.nameInCatalogue == name })
            // A table that was dropped has no name any more.
            let key = "public.\(table ?? "item")"
            strongest[key] = max(mode, strongest[key] ?? mode)
        }
        try await connection.execute("ROLLBACK")
        let names = Set(named.map(\.table))
        return strongest.filter { names.contains($0.key) || $0.value > .accessShare }
            .map { "\($0.key) \($0.value.nameInCatalogue)" }.sorted()
    }

    @Test("knows what a concurrent build locks, and how many rows it reads")
    func concurrently() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of(
                [Self.before, "CREATE INDEX CONCURRENTLY i ON item (title); VACUUM item;"], on: pool)
            try await migrator.up(to: MigrationVersion(1))
            let plan = try await migrator.plan()
            #expect(plan.map(\.isOneTransaction) == [false])
            let statement = try #require(plan.first?.statements.first)
            #expect(
                statement.locks == [
                    PlannedMigration.Lock(table: "public.item", mode: .shareUpdateExclusive, rows: 1_000)
                ])
            #expect(statement.work == "builds an index" && statement.isKnown)
        }
    }

    @Test("changes nothing, and is empty when nothing is pending")
    func empty() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of(["CREATE TABLE a (x int)"], on: pool)
            #expect(try await migrator.plan().count == 1)
            #expect(try await pool.number("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^linden'") == 0)
            try await migrator.up()
            #expect(try await migrator.plan().isEmpty)
        }
    }
}
