import Migrations
import Postgres
import TestSupport
import Testing

@Suite("A migration that cannot be carried out", .serialized)
struct MigrationFailureTests {
    @Test("is refused by a server that is too old, and says so")
    func tooOld() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try Migrator.of(["SELECT 1"], on: pool) { $0.oldestServer = 990_000 }
            let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(error?.description.contains("Linden needs 99 or newer.") == true)
        }
    }

    @Test("is refused by a database that takes no writes")
    func readOnly() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let name = pool.settings.database
            try await pool.withConnection {
                try await $0.execute("ALTER DATABASE \(identifier: name) SET default_transaction_read_only = on")
            }
            // The pool's own settings would refuse such a server at the door.
            let settings = try PostgresTesting.server().with(database: name)
            let migrator = try Migrator.of(["SELECT 1"], on: pool, settings: settings)
            await #expect(throws: MigrationError.readOnly(database: name, user: pool.settings.user)) {
                try await migrator.up()
            }
        }
    }

    @Test(
        "says which GRANT a statement lacks",
        arguments: [
            ("CREATE TABLE closed.t (x int)", "GRANT USAGE, CREATE ON SCHEMA \"closed\" TO "),
            ("INSERT INTO item VALUES (1)", "GRANT ALL ON TABLE \"item\" TO "),
            ("ALTER TABLE item ADD y int", "GRANT \"linden\" TO "),
        ]
    )
    func rights(statement: String, grant: String) async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let role = "role_of_\(pool.settings.database)"
            let socket = try await pool.withConnection { connection in
                try await connection.execute(script: "CREATE SCHEMA closed; CREATE TABLE item (x int)")
                try await connection.execute("CREATE ROLE \(identifier: role) LOGIN")
                try await connection.execute(
                    "GRANT CREATE ON DATABASE \(identifier: pool.settings.database) TO \(identifier: role)")
                return try await connection.query("SHOW unix_socket_directories")[0].decode(String.self, at: 0)
            }
            let settings = ConnectionSettings(socketDirectory: socket, user: role, database: pool.settings.database)
            let migrator = try Migrator.of([statement], on: pool, settings: settings)
            let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(error?.description.contains(grant + "\"\(role)\";") == true, "\(String(describing: error))")
            try await pool.withConnection {
                try await $0.execute("DROP OWNED BY \(identifier: role)")
                try await $0.execute("DROP ROLE \(identifier: role)")
            }
        }
    }

    @Test("is ended by the time that its file gives it, and leaves nothing")
    func timeout() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let text = "-- linden:statement-timeout 20ms\nCREATE TABLE a (x int);\nSELECT pg_sleep(600);"
            let migrator = try Migrator.of([text], on: pool)
            await #expect(
                throws: MigrationError.timedOut(file: "0001_step.up.sql", line: 3, after: .milliseconds(20))
            ) { try await migrator.up() }
            #expect(try await pool.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0)
        }
    }

    @Test("says that the server's disk is full")
    func diskFull() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            // The server's own words and code; a disk that is full is not at hand.
            let text = "DO $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$"
            let error = await #expect(throws: MigrationError.self) { try await Migrator.of([text], on: pool).up() }
            #expect(error?.description.contains("the server's disk is full (could not extend file)") == true)
        }
    }

    @Test("waits for a server as long as it was told, and says then that there is none")
    func noServer() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let away = ConnectionSettings(socketDirectory: "/nowhere", user: "u", database: "d")
            let migrator = try Migrator.of(["SELECT 1"], on: pool, settings: away) {
                $0.serverWait = .milliseconds(300)
            }
            let start = ContinuousClock.now
            let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            #expect(error?.description.hasPrefix("No PostgreSQL server answers at /nowhere") == true)
        }
    }

    @Test(
        "is refused when it asks for what is not known",
        arguments: ["linden:no-transactions", "linden:allow ban-drop-column", "linden:statement-timeout soon"])
    func directives(comment: String) {
        let file = MigrationSet.File(name: "0001_a.up.sql", text: "-- \(comment)\nSELECT 1;")
        #expect(
            throws: MigrationError.badDirective(
                file: file.name, line: 1, text: String(comment.dropFirst("linden:".count)))
        ) { try MigrationSet(files: [file]) }
    }
}
