import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A migrator")
struct MigratorTests {
    private typealias File = MigrationSet.File

    private static let items = [
        File(name: "0001_items.up.sql", text: "CREATE TABLE item (item_no int8 PRIMARY KEY);\n"),
        File(name: "0001_items.down.sql", text: "DROP TABLE item;\n"),
    ]
    private static let titles = [
        File(name: "0002_titles.up.sql", text: "ALTER TABLE item ADD title text;\nCREATE INDEX ON item (title);\n"),
        File(name: "0002_titles.down.sql", text: "ALTER TABLE item DROP title;\n"),
    ]
    private static let users = [File(name: "0003_users.up.sql", text: "CREATE TABLE \"user\" (user_no int8);\n")]

    private func migrator(_ files: [File], _ pool: ConnectionPool, _ change: (inout MigratorOptions) -> Void = { _ in })
        throws -> Migrator
    {
        var options = MigratorOptions()
        options.firstPause = .milliseconds(1)
        change(&options)
        return Migrator(try MigrationSet(files: files), settings: pool.settings, options: options)
    }

    /// The columns and indexes of the product, as text.
    private func schema(_ pool: ConnectionPool) async throws -> [String] {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                SELECT format('%s %s %s', attrelid::regclass, attname, atttypid::regtype) FROM pg_attribute
                WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
                    AND attnum > 0 AND NOT attisdropped
                ORDER BY 1
                """
            ).map { try $0.decode(String.self, at: 0) }
        }
    }

    @Test("goes up, step by step or at once, and has nothing to do the second time")
    func up() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try migrator(Self.items + Self.titles + Self.users, pool)
            let first = try await migrator.up(to: MigrationVersion(1))
            let rest = try await migrator.up()
            let none = try await migrator.up()
            #expect(first == [MigrationVersion(1)])
            #expect(rest == [MigrationVersion(2), MigrationVersion(3)])
            #expect(none == [])
            let status = try await migrator.status()
            #expect(status.current == MigrationVersion(3))
            #expect(status.applied.map(\.title) == ["items", "titles", "users"])
            #expect(status.applied.map(\.sha256) == migrator.set.migrations.map(\.sha256))
            #expect(status.applied.allSatisfy { $0.appliedAt > 1_600_000_000_000_000 && $0.seconds > 0 })
            #expect((status.pending, status.drift) == ([], []))
            try await migrator.requireCurrent()
        }
    }

    @Test("makes the same schema by up, down, up as by up")
    func upDownUp() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try migrator(Self.items + Self.titles, pool)
            try await migrator.up()
            let schema = try await schema(pool)
            let down = try await migrator.down()
            let between = try await self.schema(pool)
            #expect(down == [MigrationVersion(2)])
            #expect(between == ["item item_no bigint", "item_pkey item_no bigint"])
            try await migrator.up()
            let again = try await self.schema(pool)
            #expect(again == schema)
            let all = try await migrator.down(to: .nothing)
            let empty = try await self.schema(pool)
            #expect(all == [MigrationVersion(2), MigrationVersion(1)])
            #expect(empty == [])
        }
    }

    @Test("refuses to go down past a migration without a way back, and touches nothing")
    func noWayBack() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try migrator(Self.items + Self.titles + Self.users, pool)
            try await migrator.up()
            await #expect(throws: MigrationError.noWayBack(MigrationVersion(3), title: "users")) {
                try await migrator.down(to: .version(MigrationVersion(1)))
            }
            let current = try await migrator.status().current
            #expect(current == MigrationVersion(3))
        }
    }

    @Test("refuses targets that are not where it is told to go")
    func targets() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try migrator(Self.items + Self.titles, pool)
            let (one, two, nine) = (MigrationVersion(1), MigrationVersion(2), MigrationVersion(9))
            await #expect(throws: MigrationError.unknownTarget(nine, known: two)) { try await migrator.up(to: nine) }
            try await migrator.up()
            await #expect(throws: MigrationError.targetBelow(one, applied: two)) { try await migrator.up(to: one) }
            await #expect(throws: MigrationError.targetAbove(nine, applied: two)) {
                try await migrator.down(to: .version(nine))
            }
        }
    }

    @Test("refuses a file that was changed after it was applied, with both hashes, and touches nothing")
    func changed() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let original = try migrator(Self.items, pool)
            try await original.up()
            let edited = [File(name: "0001_items.up.sql", text: "CREATE TABLE item (item_no int4);")]
            let migrator = try migrator(edited + [Self.titles[0]], pool)
            let error = MigrationError.changed(
                MigrationVersion(1), title: "items", applied: original.set.migrations[0].sha256,
                file: migrator.set.migrations[0].sha256)
            await #expect(throws: error) { try await migrator.up() }
            await #expect(throws: error) { try await migrator.requireCurrent() }
            #expect(error.description.contains(original.set.migrations[0].sha256))
            #expect(error.description.contains(migrator.set.migrations[0].sha256))
            let schema = try await schema(pool)
            #expect(schema == ["item item_no bigint", "item_pkey item_no bigint"])
        }
    }

    @Test("refuses the schema of a newer program, and a ledger with a gap")
    func newerAndGap() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            try await migrator(Self.items + Self.titles + Self.users, pool).up()
            let older = try migrator(Self.items, pool)
            let tooNew = MigrationError.tooNew(applied: MigrationVersion(3), known: MigrationVersion(1))
            await #expect(throws: tooNew) { try await older.up() }
            #expect(tooNew.description.hasPrefix("The schema is at 0003; this program knows up to 0001."))
            try await pool.withConnection {
                try await $0.execute("DELETE FROM linden_migrations.applied WHERE version = 2")
            }
            let same = try migrator(Self.items + Self.titles + Self.users, pool)
            let gap = MigrationError.gapInLedger(missing: MigrationVersion(2), applied: MigrationVersion(3))
            await #expect(throws: gap) { try await same.up() }
            await #expect(throws: gap) { try await same.requireCurrent() }
        }
    }

    @Test("tells other commands what to run when the schema is not there, or too old")
    func requireCurrent() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try migrator(Self.items + Self.titles, pool)
            let none = await #expect(throws: MigrationError.self) { try await migrator.requireCurrent() }
            #expect(
                none?.description == "The database has no schema yet; this program needs 0002. Run `linden migrate up`."
            )
            let status = try await migrator.status()
            #expect(status.current == nil && status.pending.count == 2)
            try await migrator.up(to: MigrationVersion(1))
            let old = await #expect(throws: MigrationError.self) { try await migrator.requireCurrent() }
            #expect(old?.description == "The schema is at 0001; this program needs 0002. Run `linden migrate up`.")
        }
    }

    @Test("undoes all of a migration whose third statement fails, names the line, and keeps those before")
    func failure() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let broken = File(
                name: "0002_broken.up.sql",
                text: "CREATE TABLE a (x int);\n-- next\nCREATE TABLE b (x int);\nSELECT 1,\n    nothing_here;\n")
            let migrator = try migrator(Self.items + [broken], pool)
            let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(
                error?.description == "0002_broken.up.sql, line 5: PostgreSQL refused the statement: "
                    + "column \"nothing_here\" does not exist (SQLSTATE 42703) The migration was rolled back. "
                    + "Correct the file and run it again.")
            let schema = try await schema(pool)
            #expect(schema == ["item item_no bigint", "item_pkey item_no bigint"])
            let mended = File(name: "0002_broken.up.sql", text: "CREATE TABLE a (x int);")
            let done = try await self.migrator(Self.items + [mended], pool).up()
            #expect(done == [MigrationVersion(2)])
        }
    }

    @Test("refuses a file that begins or ends transactions by itself")
    func transactionControl() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let file = File(name: "0001_a.up.sql", text: "CREATE TABLE a (x int);\nCOMMIT;")
            let migrator = try migrator([file], pool)
            await #expect(throws: MigrationError.controlsTransaction(file: file.name, line: 2, statement: "COMMIT")) {
                try await migrator.up()
            }
            let schema = try await schema(pool)
            #expect(schema == [])
        }
    }
}
