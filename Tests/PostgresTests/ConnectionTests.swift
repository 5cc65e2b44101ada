import Glibc
import Postgres
import TestSupport
import Testing

@Suite("A connection")
struct ConnectionTests {
    @Test("says what to do when no server answers")
    func serverAway() async throws {
        let settings = ConnectionSettings(socketDirectory: "/nowhere", user: "linden", database: "linden")
        let error = await #expect(throws: PostgresError.self) { try await Connection.open(settings) }
        #expect(error?.kind == .connection)
        #expect(
            error?.description
                == "No PostgreSQL server answers at /nowhere (No such file or directory). "
                + "Start it, or correct LINDEN_DATABASE_URL; without one, Linden runs a server of its own.")
    }

    @Test("names the database that is not there")
    func unknownDatabase() async throws {
        let settings = try PostgresTesting.server().with(database: "no_such")
        let error = await #expect(throws: PostgresError.self) { try await Connection.open(settings) }
        #expect(error?.sqlState == .unknownDatabase)
        #expect(error?.description.contains("has no database \"no_such\". Create it (createdb no_such)") == true)
    }

    @Test("names the role that is not there")
    func unknownRole() async throws {
        let url = "postgresql://nobody_here@/postgres?host=\(try await socketDirectory())"
        let error = await #expect(throws: PostgresError.self) {
            try await Connection.open(ConnectionSettings(url: url))
        }
        #expect(error?.sqlState == .invalidAuthorization)
        #expect(error?.description.contains("role \"nobody_here\" does not exist. Create the role") == true)
    }

    @Test("does not wait for a frozen server past the deadline, and is closed then")
    func frozenBackend() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let connection = try await Connection.open(pool.settings)
            let backend = await connection.backendProcessID
            try #require(kill(backend, SIGSTOP) == 0)
            defer { kill(backend, SIGCONT) }
            let start = ContinuousClock.now
            let error = await #expect(throws: PostgresError.self) {
                try await connection.query("SELECT 1", deadline: .milliseconds(200))
            }
            let waited = ContinuousClock.now - start
            #expect(error?.kind == .deadline)
            #expect(waited >= .milliseconds(200) && waited < .seconds(5))
            #expect(connection.state == .closed)
            let next = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
            #expect(next?.kind == .closed)
        }
    }

    @Test("is given up when the task is cancelled while the server works")
    func cancellation() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let connection = try await Connection.open(pool.settings)
            let backend = await connection.backendProcessID
            let watcher = try await Connection.open(pool.settings)
            let error = try await withThrowingTaskGroup(of: PostgresError?.self) { group in
                group.addTask {
                    do throws(PostgresError) {
                        try await connection.query("SELECT pg_sleep(600)", deadline: .never)
                        return nil
                    } catch {
                        return error
                    }
                }
                var isAsleep = false
                while !isAsleep {
                    let rows = try await watcher.query(
                        "SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", backend)
                    isAsleep = !rows.isEmpty
                }
                group.cancelAll()
                return try await group.next() ?? nil
            }
            #expect(error?.kind == .cancelled)
            #expect(connection.state == .closed)
            // The server notices by itself that nobody waits for the answer.
            var isGone = false
            while !isGone {
                isGone = try await watcher.query("SELECT FROM pg_stat_activity WHERE pid = $1", backend).isEmpty
            }
            await watcher.close()
        }
    }

    @Test("stays of use when the task was cancelled before a statement began")
    func cancelledBefore() async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            let error = await withTaskGroup(of: PostgresError?.self) { group in
                group.cancelAll()
                group.addTask {
                    do throws(PostgresError) {
                        try await connection.query("SELECT 1")
                        return nil
                    } catch {
                        return error
                    }
                }
                return await group.next() ?? nil
            }
            #expect(error?.kind == .cancelled)
            let one = try await connection.query("SELECT 1").first?.decode(Int.self, at: 0)
            #expect(one == 1)
        }
    }

    @Test("says that it broke when its server process is ended, and why")
    func terminatedBackend() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let connection = try await Connection.open(pool.settings)
            let backend = await connection.backendProcessID
            _ = try await pool.withConnection { try await $0.query("SELECT pg_terminate_backend($1)", backend) }
            let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
            #expect(error?.kind == .connection)
            #expect(error?.message.contains("terminating connection due to administrator command") == true)
            #expect(connection.state == .closed)
        }
    }

    @Test("asks for synchronous_commit when it is told to", arguments: [true, false])
    func synchronousCommit(wanted: Bool) async throws {
        var settings = try PostgresTesting.server()
        settings.synchronousCommit = wanted
        let connection = try await Connection.open(settings)
        let setting = try await connection.query("SHOW synchronous_commit").first?.decode(String.self, at: 0)
        await connection.close()
        // The tests' server has it off.
        #expect(setting == (wanted ? "on" : "off"))
    }

    @Test("does not promise synchronous_commit where sessions change hands")
    func synchronousCommitPooled() async throws {
        var settings = try PostgresTesting.server()
        settings.synchronousCommit = true
        settings.behindTransactionPooler = true
        let error = await #expect(throws: PostgresError.self) { try await Connection.open(settings) }
        #expect(error?.kind == .usage)
    }

    private func socketDirectory() async throws -> String {
        let connection = try await Connection.open(PostgresTesting.server())
        let rows = try await connection.query("SHOW unix_socket_directories")
        await connection.close()
        return try #require(rows.first).decode(String.self, at: 0)
    }
}
