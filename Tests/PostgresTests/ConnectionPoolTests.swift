import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("A connection pool")
struct ConnectionPoolTests {
    @Test("lends no more connections than its size, and each of many borrowers gets one")
    func bounded() async throws {
        try await PostgresTesting.withTemporaryDatabase(size: 3) { pool in
            let backends = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        // Time for a hundred turns beside all the other tests.
                        try await pool.withConnection(deadline: .after(.seconds(120))) { connection in
                            try await connection.query("SELECT pg_backend_pid()")[0].decode(Int32.self, at: 0)
                        }
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            let counters = pool.counters
            #expect(backends.count <= 3)
            #expect(counters.lent == 100)
            #expect((counters.inUse, counters.waiting) == (0, 0))
            #expect(counters.opened == counters.idle)
        }
    }

    @Test("does not keep a borrower past the deadline, and says what to do")
    func exhausted() async throws {
        try await PostgresTesting.withTemporaryDatabase(size: 1) { pool in
            try await pool.withConnection { _ in
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.withConnection(deadline: .milliseconds(50)) { _ in }
                }
                #expect(error?.kind == .poolExhausted)
                #expect(error?.message.hasPrefix("All 1 connections of the pool were in use") == true)
                #expect(pool.counters.unserved == 1)
            }
            let one = try await pool.withConnection { try await $0.query("SELECT 1")[0].decode(Int.self, at: 0) }
            #expect(one == 1)
        }
    }

    @Test("lets a borrower in line go when its task is cancelled")
    func cancelledInLine() async throws {
        try await PostgresTesting.withTemporaryDatabase(size: 1) { pool in
            try await pool.withConnection { _ in
                let error = await withTaskGroup(of: PostgresError?.self) { group in
                    group.addTask {
                        do {
                            try await pool.withConnection(deadline: .never) { _ in }
                            return nil
                        } catch {
                            return error as? PostgresError
                        }
                    }
                    while pool.counters.waiting == 0 { await Task.yield() }
                    group.cancelAll()
                    return await group.next() ?? nil
                }
                #expect(error?.kind == .cancelled)
                #expect(pool.counters.waiting == 0)
            }
        }
    }

    @Test("frees the slot of a connection whose server froze")
    func frozenBackend() async throws {
        try await PostgresTesting.withTemporaryDatabase(size: 1) { pool in
            var backend: Int32 = 0
            // No database of the server can be dropped while a process of it is frozen.
            defer { if backend != 0 { kill(backend, SIGCONT) } }
            let error = await #expect(throws: PostgresError.self) {
                try await pool.withConnection { connection in
                    backend = await connection.backendProcessID
                    try #require(kill(backend, SIGSTOP) == 0)
                    try await connection.query("SELECT 1", deadline: .milliseconds(100))
                }
            }
            #expect(error?.kind == .deadline)
            let next = try await pool.withConnection(deadline: .seconds(20)) { await $0.backendProcessID }
            #expect(next != backend)
            #expect(pool.counters.broken == 1)
        }
    }

    /// The server processes of `count` connections borrowed at the same time.
    private func backends(of pool: ConnectionPool, _ count: Int) async throws -> Set<Int32> {
        guard count > 0 else { return [] }
        return try await pool.withConnection(deadline: .seconds(60)) { connection in
            let backend = try await connection.query("SELECT pg_backend_pid()")[0].decode(Int32.self, at: 0)
            return try await backends(of: pool, count - 1).union([backend])
        }
    }

    @Test("recovers when all its server processes were ended, without an error to its borrowers")
    func killedBackends() async throws {
        try await PostgresTesting.withTemporaryDatabase { temporary in
            var limits = PoolLimits(size: 3)
            limits.checkAfterIdle = .zero
            let pool = ConnectionPool(temporary.settings, limits: limits)
            let before = try await backends(of: pool, 3)
            _ = try await temporary.withConnection { connection in
                try await connection.query(
                    """
                    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
            }
            let after = try await backends(of: pool, 3)
            #expect(before.isDisjoint(with: after) && after.count == 3)
            #expect(pool.counters.foundDead == 3)
            await pool.close()
        }
    }

    @Test("counts a server that takes no writes any more as dead")
    func readOnly() async throws {
        try await PostgresTesting.withTemporaryDatabase { temporary in
            var limits = PoolLimits(size: 1)
            limits.checkAfterIdle = .zero
            let pool = ConnectionPool(temporary.settings, limits: limits)
            let first = try await pool.withConnection { connection in
                try await connection.execute("SET default_transaction_read_only = on")
                return await connection.backendProcessID
            }
            let second = try await pool.withConnection { await $0.backendProcessID }
            #expect(first != second)
            #expect(pool.counters.foundDead == 1)
            // 25006 while it is lent says the same.
            await #expect(throws: PostgresError.self) {
                try await pool.withConnection { connection in
                    try await connection.execute("SET transaction_read_only = on; ")
                    try await connection.transaction(readOnly: true) {
                        try await $0.execute("CREATE TABLE item (x int)")
                    }
                }
            }
            #expect(pool.counters.broken == 2)
            await pool.close()
        }
    }

    @Test("does not lend a connection again that was left inside a transaction")
    func leftInTransaction() async throws {
        try await PostgresTesting.withTemporaryDatabase(size: 1) { pool in
            let first = try await pool.withConnection { connection in
                try await connection.execute("BEGIN")
                return await connection.backendProcessID
            }
            let second = try await pool.withConnection { await $0.backendProcessID }
            #expect(first != second)
        }
    }

    @Test("gives up on a wrong setting at once, and on a server that is away at the deadline")
    func cannotOpen() async throws {
        let unknown = ConnectionPool(try PostgresTesting.server().with(database: "no_such"))
        let first = await #expect(throws: PostgresError.self) {
            try await unknown.withConnection(deadline: .seconds(600)) { _ in }
        }
        #expect(first?.sqlState == .unknownDatabase)
        let away = ConnectionPool(
            ConnectionSettings(socketDirectory: "/nowhere", user: "linden", database: "linden"), jitter: { 0.5 })
        let second = await #expect(throws: PostgresError.self) {
            try await away.withConnection(deadline: .milliseconds(100)) { _ in }
        }
        #expect(second?.message.hasPrefix("No PostgreSQL server answers at /nowhere") == true)
        #expect(away.counters.openFailures >= 1)
        #expect(away.counters.inUse == 0)
    }

    @Test("keeps trying for a server that comes back before the deadline")
    func comesBack() async throws {
        let link = "/tmp/linden-link-\(UUID().uuidString)"
        let server = try PostgresTesting.server()
        let admin = try await Connection.open(server)
        let socket = try await admin.query("SHOW unix_socket_directories")[0].decode(String.self, at: 0)
        await admin.close()
        let settings = ConnectionSettings(socketDirectory: link, user: server.user, database: server.database)
        let pool = ConnectionPool(settings, jitter: { 0.01 })
        let one = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await pool.withConnection(deadline: .seconds(60)) { connection in
                    try await connection.query("SELECT 1")[0].decode(Int.self, at: 0)
                }
            }
            while pool.counters.openFailures < 3 { await Task.yield() }
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: socket)
            return try await group.next()
        }
        #expect(one == 1)
        await pool.close()
        try FileManager.default.removeItem(atPath: link)
    }

    @Test("waits, when it is closed, for what is lent, and refuses who comes later")
    func closes() async throws {
        try await PostgresTesting.withTemporaryDatabase(size: 2) { temporary in
            let pool = ConnectionPool(temporary.settings, limits: PoolLimits(size: 2))
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withConnection { connection in
                    group.addTask { await pool.close() }
                    var refused = false
                    while !refused {
                        do { try await pool.withConnection { _ in } } catch let error as PostgresError {
                            refused = error.kind == .closed
                        }
                    }
                    let one = try await connection.query("SELECT 1")[0].decode(Int.self, at: 0)
                    #expect(one == 1)
                }
                try await group.waitForAll()
            }
            #expect((pool.counters.idle, pool.counters.inUse) == (0, 0))
        }
    }
}
