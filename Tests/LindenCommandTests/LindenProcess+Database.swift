import Postgres
import TestSupport

extension LindenProcess {
    /// Lends a program and the environment that leads it to a database of its own.
    static func withNewDatabase(_ body: (LindenProcess, [String: String]) async throws -> Void) async throws {
        try await PostgresTesting.withTemporaryDatabase { pool in
            let (name, host) = try await pool.withConnection { connection in
                let row = try await connection.query(
                    "SELECT current_database()::text, split_part(current_setting('unix_socket_directories'), ',', 1)")[
                        0]
                return (try row.decode(String.self, at: 0), try row.decode(String.self, at: 1))
            }
            try await LindenProcess.with { linden in
                try await body(linden, ["PGHOST": host, "PGDATABASE": name, "PGUSER": "linden"])
            }
        }
    }
}
