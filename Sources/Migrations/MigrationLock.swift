import Postgres

/// The lock that lets one migrator work at a time, held by a session of the server.
///
/// It is polled, in no transaction: a session that waits in `pg_advisory_lock` holds a snapshot, and
/// `CREATE INDEX CONCURRENTLY` waits for that snapshot for ever.
struct MigrationLock {
    let connection: Connection
    /// The server process that served us when the connection was checked.
    let process: Int32

    /// "LINDEN" in ASCII.
    private static let key: Int64 = 0x4C_494E_4445_4E

    /// Takes the lock as soon as it is free, and proves that it is held.
    ///
    /// - Parameters:
    ///   - limit: How long to try.
    ///   - jitter: Random numbers from 0 up to 1, so that waiting migrators do not come in step.
    /// - Throws: ``MigrationError/locked(seconds:holder:)``, ``MigrationError/poolerInBetween(server:)``.
    func take(waiting limit: Duration, jitter: () -> Double) async throws(MigrationError) {
        let end = Deadline.after(limit)
        while try await !isFree() {
            guard end.remaining != .zero else {
                throw .locked(seconds: Int(limit.components.seconds), holder: try await holder())
            }
            try await pause(.milliseconds(20) + .milliseconds(180) * jitter())
        }
        try await prove()
    }

    /// Asks the server whether this very session holds the lock.
    ///
    /// A pooler may hand each statement to another session: then the lock is held by nobody in particular, and
    /// guards nothing.
    func prove() async throws(MigrationError) {
        let (current, held) = try await asking { () async throws(PostgresError) in
            let rows = try await connection.query(
                """
                SELECT pg_backend_pid(), EXISTS (
                    SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND objsubid = 1
                        AND (classid::bigint << 32) | objid::bigint = $1
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
                """, Self.key)
            guard let row = rows.first else { throw PostgresError(kind: .decoding, message: "pg_locks is empty.") }
            return try row.decode(Int32.self, Bool.self)
        }
        guard current == process else { throw .poolerInBetween(server: connection.settings.description) }
        guard held else { throw .lockLost }
    }

    /// Gives the lock back.
    func release() async throws(MigrationError) {
        _ = try await asking { () async throws(PostgresError) in
            try await connection.execute("SELECT pg_advisory_unlock($1)", Self.key)
        }
    }

    /// Takes the lock if it is free.
    private func isFree() async throws(MigrationError) -> Bool {
        try await asking { () async throws(PostgresError) in
            let rows = try await connection.query("SELECT pg_try_advisory_lock($1)", Self.key)
            return try rows.first?.decode(Bool.self, at: 0) ?? false
        }
    }

    /// Who holds the lock, for the error: a process and its application.
    private func holder() async throws(MigrationError) -> String? {
        try await asking { () async throws(PostgresError) in
            let rows = try await connection.query(
                """
                SELECT format('process %s, application "%s"', pid, application_name)
                FROM pg_locks JOIN pg_stat_activity USING (pid)
                WHERE locktype = 'advisory' AND granted AND objsubid = 1
                    AND (classid::bigint << 32) | objid::bigint = $1
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """, Self.key)
            return try rows.first?.decode(String.self, at: 0)
        }
    }
}

/// Runs `body`, and says of its error that it is the database's.
func asking<Value>(
    _ body: () async throws(PostgresError) -> Value
) async throws(MigrationError) -> Value {
    do throws(PostgresError) {
        return try await body()
    } catch {
        throw .database(error)
    }
}

/// Sleeps; a cancellation ends the migration.
func pause(_ duration: Duration) async throws(MigrationError) {
    do {
        try await Task.sleep(for: duration)
    } catch {
        throw .database(PostgresError(kind: .cancelled, message: "The migration was interrupted; it can be run again."))
    }
}
