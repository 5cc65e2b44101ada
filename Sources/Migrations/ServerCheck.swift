import Postgres

/// Whether the server can be migrated at all, and whether a session with it is one.
struct ServerCheck {
    let connection: Connection
    let oldestVersion: Int

    /// The server process that serves us; refuses a server that is too old or takes no writes, and a pooler that hands sessions on.
    ///
    /// - Throws: ``MigrationError/serverTooOld(version:oldest:)``, ``MigrationError/standby(server:)``,
    ///   ``MigrationError/readOnly(database:)``, ``MigrationError/poolerInBetween(server:)``.
    func pass() async throws(MigrationError) -> Int32 {
        let settings = connection.settings
        let version = await connection.serverVersion
        guard version >= oldestVersion else { throw .serverTooOld(version: version, oldest: oldestVersion) }
        let (process, isStandby, isReadOnly) = try await asking { () async throws(PostgresError) in
            let rows = try await connection.query(
                "SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('transaction_read_only')::boolean")
            return try rows[0].decode(Int32.self, Bool.self, Bool.self)
        }
        guard !isStandby else { throw .standby(server: settings.description) }
        guard !isReadOnly else { throw .readOnly(database: settings.database, user: settings.user) }
        // A pooler makes up the process number that it tells its clients.
        guard await process != connection.backendProcessID else { return process }
        guard try await keepsItsSession(process) else { throw .poolerInBetween(server: settings.description) }
        return process
    }

    /// Whether the server process stays ours while another client begins a transaction.
    ///
    /// A pooler in transaction mode gives the idle process to whoever comes next: so somebody does, and holds it.
    private func keepsItsSession(_ process: Int32) async throws(MigrationError) -> Bool {
        let other = try await asking { () async throws(PostgresError) in try await Connection.open(connection.settings)
        }
        let isKept: Bool
        do throws(PostgresError) {
            let begun = try await other.pipeline(
                [Statement("BEGIN"), Statement("SELECT pg_backend_pid()")], deadline: .seconds(3))
            let still = try await connection.query("SELECT pg_backend_pid() AS still", deadline: .seconds(3))
            let (theirs, ours) = (try begun[1][0].decode(Int32.self, at: 0), try still[0].decode(Int32.self, at: 0))
            isKept = theirs != process && ours == process
        } catch {
            // It allows no transaction, or had no second session to give: poolers' ways, both.
            isKept = false
        }
        await other.close()
        return isKept
    }
}
