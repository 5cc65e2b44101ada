import Migrations
import Postgres
import TestSupport
import Testing

@Suite("Migrators that meet")
struct MigrationLockTests {
    private static let items = MigrationSet.File(name: "0001_items.up.sql", text: "CREATE TABLE item (item_no int8);")
    private static let titles = MigrationSet.File(name: "0002_titles.up.sql", text: "ALTER TABLE item ADD title text;")

    private func migrator(_ pool: ConnectionPool, _ change: (inout MigratorOptions) -> Void = { _ in }) throws
        -> Migrator
    {
        var options = MigratorOptions()
        change(&options)
        return Migrator(
            try MigrationSet(files: [Self.items, Self.titles]), settings: pool.settings, options: options,
            jitter: { 0.1 })
    }

    @Test("apply each migration exactly once, four at a time", arguments: 0..<3)
    func concurrent(round: Int) async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let migrator = try migrator(pool)
            let applied = try await withThrowingTaskGroup(of: [MigrationVersion].self) { group in
                for _ in 0..<4 { group.addTask { try await migrator.up() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == [MigrationVersion(1), MigrationVersion(2)])
            try await migrator.requireCurrent()
        }
    }

    @Test("give up when another holds the lock, and say who")
    func busy() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            try await pool.withConnection { holder in
                try await holder.query("SELECT pg_advisory_lock($1)", 0x4C_494E_4445_4E as Int64)
                let migrator = try migrator(pool) { $0.lockWait = .milliseconds(100) }
                let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
                let backend = await holder.backendProcessID
                #expect(error == .locked(seconds: 0, holder: "process \(backend), application \"linden\""))
                try await holder.query("SELECT pg_advisory_unlock_all()")
            }
            try await migrator(pool).up()
        }
    }

    @Test("do not stand in the way of a table that is in use: short waits, then a sentence, and no trace")
    func tableInUse() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            try await migrator(pool).up(to: MigrationVersion(1))
            let impatient = try migrator(pool) { options in
                options.tableLockTimeout = .milliseconds(20)
                options.firstPause = .milliseconds(1)
                options.attempts = 3
            }
            try await pool.withConnection { reader in
                try await reader.transaction { reader in
                    try await reader.query("SELECT * FROM item")
                    let start = ContinuousClock.now
                    await #expect(throws: MigrationError.neverGotLock(file: "0002_titles.up.sql", attempts: 3)) {
                        try await impatient.up()
                    }
                    #expect(ContinuousClock.now - start >= .milliseconds(60))
                }
            }
            let done = try await impatient.up()
            #expect(done == [MigrationVersion(2)])
        }
    }

    @Test("say which right is missing")
    func rights() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let role = "role_of_\(pool.settings.database)"
            try await pool.withConnection { try await $0.execute("CREATE ROLE \(identifier: role) LOGIN") }
            let socket = try await pool.withConnection { connection in
                try await connection.query("SHOW unix_socket_directories")[0].decode(String.self, at: 0)
            }
            let settings = ConnectionSettings(
                socketDirectory: socket, user: role, database: pool.settings.database)
            let migrator = Migrator(try MigrationSet(files: [Self.items]), settings: settings)
            let error = await #expect(throws: MigrationError.self) { try await migrator.up() }
            #expect(
                error?.description.hasSuffix(
                    "GRANT CREATE ON DATABASE \"\(pool.settings.database)\" TO \"\(role)\";") == true)
            try await pool.withConnection { try await $0.execute("DROP ROLE \(identifier: role)") }
        }
    }

    @Test("take the lock away with them when they are cancelled, and leave nothing half done")
    func cancelled() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let slow = MigrationSet.File(
                name: "0001_items.up.sql", text: "CREATE TABLE item (x int); SELECT pg_sleep(600);")
            let migrator = Migrator(try MigrationSet(files: [slow]), settings: pool.settings)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await migrator.up() }
                try await wait(
                    pool,
                    until:
                        "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database())"
                )
                group.cancelAll()
                await #expect(throws: MigrationError.self) { try await group.waitForAll() }
            }
            try await wait(
                pool,
                until:
                    "NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
            )
            let isGone = try await pool.withConnection { try await $0.query("SELECT to_regclass('item') IS NULL") }
            #expect(try isGone[0].decode(Bool.self, at: 0))
        }
    }

    /// Asks the server until `condition` holds.
    private func wait(_ pool: ConnectionPool, until condition: SQL) async throws {
        let end = Deadline.seconds(60)
        var holds = false
        while !holds {
            try #require(end.remaining != .zero, "The server never said so.")
            holds = try await pool.withConnection { connection in
                try await connection.query("SELECT \(condition)")[0].decode(Bool.self, at: 0)
            }
        }
    }
}
