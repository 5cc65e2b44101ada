import Postgres
import TestSupport
import Testing

@Suite("A transaction")
struct TransactionTests {
    private struct Stop: Error {}

    /// Runs `body` on a database that has an empty table `item (x int)`.
    private func withTable(_ body: (Connection) async throws -> Void) async throws {
        try await PostgresTesting.withTemporaryConnection { connection in
            try await connection.execute("CREATE TABLE item (x int8)")
            try await body(connection)
        }
    }

    private func count(_ connection: Connection) async throws -> Int {
        try await connection.query("SELECT count(*) FROM item")[0].decode(Int.self, at: 0)
    }

    @Test("keeps what it did when it returns, and returns what its body does")
    func commits() async throws {
        try await withTable { connection in
            let value = try await connection.transaction { connection in
                try await connection.execute("INSERT INTO item VALUES (1)")
                return 7
            }
            #expect(value == 7)
            #expect(connection.state == .idle)
            let rows = try await count(connection)
            #expect(rows == 1)
        }
    }

    @Test("undoes what it did when its body throws, and throws the same")
    func rollsBack() async throws {
        try await withTable { connection in
            await #expect(throws: Stop.self) {
                try await connection.transaction { connection in
                    try await connection.execute("INSERT INTO item VALUES (1)")
                    throw Stop()
                }
            }
            #expect(connection.state == .idle)
            let rows = try await count(connection)
            #expect(rows == 0)
        }
    }

    @Test("undoes what it did when its task is cancelled between two statements")
    func cancelled() async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let connection = try await Connection.open(pool.settings)
            let backend = await connection.backendProcessID
            try await connection.execute("CREATE TABLE item (x int8)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await connection.transaction { connection in
                        try await connection.execute("INSERT INTO item VALUES (1)")
                        try await Task.sleep(for: .seconds(600))
                    }
                }
                var isInside = false
                while !isInside {
                    isInside = try await pool.withConnection { watcher in
                        try await !watcher.query(
                            """
                            SELECT FROM pg_stat_activity
                            WHERE pid = $1 AND state = 'idle in transaction' AND query LIKE 'INSERT%'
                            """, backend
                        ).isEmpty
                    }
                }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
            #expect(connection.state == .idle)
            let rows = try await count(connection)
            #expect(rows == 0)
            await connection.close()
        }
    }

    @Test("that swallows a statement's error does not pass for committed")
    func swallowedError() async throws {
        try await withTable { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { connection in
                    try await connection.execute("INSERT INTO item VALUES (1)")
                    do { try await connection.query("SELECT 1 / 0") } catch {}
                }
            }
            #expect(error?.sqlState == "25P02")
            let rows = try await count(connection)
            #expect(rows == 0)
        }
    }

    @Test("does not nest")
    func nested() async throws {
        try await withTable { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { outer in try await outer.transaction { _ in } }
            }
            #expect(error?.kind == .usage)
            #expect(connection.state == .idle)
        }
    }

    @Test("runs as isolated as it was asked to", arguments: IsolationLevel.allCases, [true, false])
    func isolation(level: IsolationLevel, readOnly: Bool) async throws {
        try await withTable { connection in
            let rows = try await connection.transaction(isolation: level, readOnly: readOnly) { connection in
                try await connection.query(
                    "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')")
            }
            let (isolation, isReadOnly) = try rows[0].decode(String.self, String.self)
            #expect(isolation == level.rawValue.lowercased())
            #expect(isReadOnly == (readOnly ? "on" : "off"))
        }
    }
}
