import Domain
import Migrations
import Postgres
import Storage
import TestSupport

/// A database of the newest schema for one test.
enum StoreTesting {
    static func withStore<Value>(_ body: (PostgresStore, ConnectionPool) async throws -> Value) async throws -> Value {
        try await PostgresTesting.withTemporaryDatabase { pool in
            try await Migrator(.embedded(), settings: pool.settings).up()
            return try await body(PostgresStore(pool: pool), pool)
        }
    }

    /// Rows of a query's only column.
    static func numbers(_ pool: ConnectionPool, _ sql: SQL) async throws -> [Int64] {
        try await pool.withConnection { connection in
            try await connection.query(sql).map { try $0.decode(Int64.self, at: 0) }
        }
    }

    static func interaction(
        _ user: String, _ item: String, at seconds: Int64 = 0, event: String? = nil
    ) throws -> Interaction {
        Interaction(
            user: try UserID(user), item: try ItemID(item), timestamp: Timestamp(seconds: seconds), kind: "view",
            event: try event.map { try EventID($0) })
    }
}
