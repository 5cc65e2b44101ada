import Foundation
public import Postgres

/// Databases of the tests' server, one for each test.
public enum PostgresTesting {
    /// The server that `tools/with-postgres` started.
    ///
    /// - Throws: ``NoTestServer`` when there is none: a test that needs it fails, it does not skip.
    public static func server() throws -> ConnectionSettings {
        guard let url = ProcessInfo.processInfo.environment["LINDEN_TEST_DATABASE_URL"] else { throw NoTestServer() }
        return try ConnectionSettings(url: url)
    }

    /// Creates a database, lends a pool on it to `body`, and drops it.
    ///
    /// - Parameters:
    ///   - size: Connections of the pool at most.
    ///   - body: The test. What it opens itself, it closes; the database is dropped in any case.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public static func withTemporaryDatabase<Value>(
        size: Int = 4, _ body: (ConnectionPool) async throws -> Value
    ) async throws -> Value {
        let server = try server()
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        let admin = try await Connection.open(server)
        try await admin.execute("CREATE DATABASE \(identifier: name) TEMPLATE template0")
        let pool = ConnectionPool(server.with(database: name), limits: PoolLimits(size: size))
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(pool))
        } catch {
            outcome = .failure(error)
        }
        await pool.close()
        try await admin.execute("DROP DATABASE \(identifier: name) WITH (FORCE)")
        await admin.close()
        return try outcome.get()
    }

    /// Creates a database, lends one connection to it to `body`, and drops it.
    ///
    /// - Parameter body: The test.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    public static func withTemporaryConnection<Value>(
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDatabase(size: 1) { pool in
            try await pool.withConnection { try await body($0) }
        }
    }
}

/// There is no server to test against.
public struct NoTestServer: Error, CustomStringConvertible {
    public var description: String {
        "This test needs PostgreSQL, and LINDEN_TEST_DATABASE_URL is not set. Run: tools/with-postgres swift test"
    }
}
