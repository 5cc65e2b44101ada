import Migrations
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite("A migration that cannot be one transaction", .serialized)
struct StepwiseMigrationTests {
    private static let statements = [
        "CREATE TABLE item (item_no int8 PRIMARY KEY, title text)",
        "INSERT INTO item SELECT i, 't' || i FROM generate_series(1, 50) i",
        "CREATE INDEX CONCURRENTLY item_title ON item (title)",
        "CREATE TYPE color AS ENUM ('red')",
        "ALTER TYPE color ADD VALUE 'blue'",
        "ALTER TABLE item ADD color color DEFAULT 'blue'",
        "DROP INDEX CONCURRENTLY item_title",
        "CREATE UNIQUE INDEX CONCURRENTLY item_title ON item (title)",
        "VACUUM item",
    ]

    private func file(_ statements: [String]) -> String { statements.joined(separator: ";\n") + ";\n" }

    @Test("is carried out statement by statement, once")
    func up() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of([file(Self.statements)], on: pool)
            let applied = try await migrator.up()
            let again = try await migrator.up()
            #expect(applied == [MigrationVersion(1)] && again == [])
            #expect(try await migrator.verify().isSound)
            #expect(try await pool.number("SELECT count(*) FROM item WHERE color = 'blue'") == 50)
        }
    }

    @Test("goes on where a migrator died, whichever statement was the last, and ends the same", arguments: 0...9)
    func dies(after done: Int) async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            var broken = Self.statements
            broken.insert("SELECT pg_terminate_backend(pg_backend_pid())", at: done)
            let dying = try Migrator.of([file(broken)], on: pool)
            await #expect(throws: MigrationError.self) { try await dying.up() }
            let progress = try await dying.status().progress
            #expect(progress?.statementsDone == done)
            let migrator = try Migrator.of([file(Self.statements)], on: pool)
            try await migrator.up()
            let (status, verification) = (try await migrator.status(), try await migrator.verify())
            #expect(status.progress == nil && status.pending.isEmpty)
            #expect(verification.isSound && verification.isCatalogueKnown, "\(verification)")
            #expect(try await pool.number("SELECT count(*) FROM item WHERE color = 'blue'") == 50)
        }
    }

    @Test("does not do again what was done outside a transaction just before the migrator died")
    func doneButNotNoted() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            // The note that a statement is done is refused, once: as if the migrator had died before it.
            let migrator = try Migrator.of([file(Self.statements)], on: pool)
            await #expect(throws: MigrationError.self) {
                try await Migrator.of([file(["SELECT 1", "VACUUM pg_class", "SELECT 1 / 0"])], on: pool).up()
            }
            try await pool.withConnection { connection in
                try await connection.execute(
                    script: """
                        DELETE FROM linden_migrations.progress;
                        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                            IF cardinality(NEW.done) = 3 AND cardinality(OLD.done) = 2 THEN
                                PERFORM pg_terminate_backend(pg_backend_pid());
                            END IF;
                            RETURN NEW;
                        END $$;
                        CREATE TRIGGER die BEFORE UPDATE ON linden_migrations.progress
                            FOR EACH ROW EXECUTE FUNCTION die();
                        """)
            }
            await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(try await migrator.status().progress?.statementsDone == 2)
            let index = try await pool.number("SELECT 'item_title'::regclass::oid::int8")
            try await pool.withConnection { try await $0.execute("DROP TRIGGER die ON linden_migrations.progress") }
            let events = Mutex<[MigrationEvent]>([])
            let upToIndex = try Migrator.of([file(Array(Self.statements.prefix(3)))], on: pool)
            try await upToIndex.up { event in events.withLock { $0.append(event) } }
            #expect(events.withLock { $0.first } == .resumes(file: "0001_step.up.sql", done: 2, of: 3))
            #expect(try await pool.number("SELECT 'item_title'::regclass::oid::int8") == index)
        }
    }

    @Test("names an index that a broken build left invalid, and builds it again")
    func invalidIndex() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let text = file([
                "CREATE TABLE item (title text)", "INSERT INTO item VALUES ('a'), ('a')",
                "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS item_title ON item (title)",
            ])
            let migrator = try Migrator.of([text], on: pool)
            let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(error?.description.contains("Statements before it: 2, done and noted.") == true)
            #expect(try await migrator.verify().invalidIndexes == ["public.item_title"])
            try await pool.withConnection {
                try await $0.execute("DELETE FROM item WHERE ctid = (SELECT min(ctid) FROM item)")
            }
            let events = Mutex<[MigrationEvent]>([])
            try await migrator.up { event in events.withLock { $0.append(event) } }
            #expect(events.withLock { $0.contains(.rebuilds(index: "public.item_title")) })
            #expect(try await migrator.verify().isSound)
        }
    }

    @Test("may change where it was not carried out yet, and nowhere else")
    func changed() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let broken = file(["CREATE TABLE a (x int)", "VACUUM pg_class", "SELECT nothing_here"])
            await #expect(throws: MigrationError.self) { try await Migrator.of([broken], on: pool).up() }
            let other = file(["CREATE TABLE b (x int)", "VACUUM pg_class", "SELECT 1"])
            await #expect(
                throws: MigrationError.resumedFileChanged(file: "0001_step.up.sql", line: 1, statement: 1)
            ) { try await Migrator.of([other], on: pool).up() }
            try await Migrator.of([file(["CREATE TABLE a (x int)", "VACUUM pg_class", "SELECT 1"])], on: pool).up()
        }
    }

    @Test("is finished before anything turns round")
    func turnsRound() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let files = [
                MigrationSet.File(name: "0001_a.up.sql", text: "CREATE TABLE a (x int); CREATE TABLE b (x int);"),
                MigrationSet.File(
                    name: "0001_a.down.sql", text: "DROP TABLE a; VACUUM pg_class; SELECT 1 / 0; DROP TABLE b;"),
            ]
            let migrator = try Migrator.of(files, on: pool)
            try await migrator.up()
            await #expect(throws: MigrationError.self) { try await migrator.down() }
            await #expect(throws: MigrationError.halfWay(MigrationVersion(1), title: "a", isUp: false, done: 2)) {
                try await migrator.up()
            }
            let mended = [
                files[0], MigrationSet.File(name: files[1].name, text: "DROP TABLE a; VACUUM pg_class; DROP TABLE b;"),
            ]
            try await Migrator.of(mended, on: pool).down()
            #expect(try await pool.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0)
        }
    }

    @Test("keeps what it SET for its later statements, also after a resumption")
    func session() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let start = ["CREATE SCHEMA other", "SET search_path = other", "VACUUM pg_class"]
            await #expect(throws: MigrationError.self) {
                try await Migrator.of([file(start + ["SELECT 1 / 0"])], on: pool).up()
            }
            try await Migrator.of([file(start + ["CREATE TABLE t (x int)"])], on: pool).up()
            #expect(try await pool.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'other'") == 1)
        }
    }

    @Test("is refused when its index has no name")
    func unnamed() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of(["CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY ON a (x);"], on: pool)
            await #expect(throws: MigrationError.unnamedIndex(file: "0001_step.up.sql", line: 2)) {
                try await migrator.up()
            }
        }
    }

    @Test("is carried out once by eight migrators that start together")
    func eight() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of(
                [file(Self.statements), "CREATE INDEX CONCURRENTLY item_color ON item (color);"], on: pool)
            let applied = try await withThrowingTaskGroup(of: [MigrationVersion].self) { group in
                for _ in 0..<8 { group.addTask { try await migrator.up() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied == [MigrationVersion(1), MigrationVersion(2)])
            #expect(try await migrator.verify().isSound)
        }
    }
}
