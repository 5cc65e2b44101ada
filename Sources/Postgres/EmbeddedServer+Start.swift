import Foundation
import Glibc

/// What is done while the start lock is held.
extension EmbeddedServer {
    /// Makes the data directory, unless it is there whole.
    func makeData() async throws(PostgresError) {
        guard directory.dataVersion == nil else { return }
        let files = FileManager.default
        if files.fileExists(atPath: directory.unfinishedData) { try remove(directory.unfinishedData) }
        let outcome = try await ServerCommand(
            account.prefix + [
                binaries.initdb, "--pgdata=\(directory.unfinishedData)", "--username=\(Self.owner)",
                "--encoding=UTF8", "--locale=C", "--auth=trust", "--no-instructions",
            ] + (isEphemeral ? ["--no-sync"] : [])
        ).run()
        guard outcome.status == 0 else {
            throw failure("could not be made (initdb)", outcome.output)
        }
        let ours = "\n# Written by Linden at each start.\ninclude 'linden.conf'\n"
        let file = directory.unfinishedData + "/postgresql.conf"
        let text = files.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
        try directory.write(text + ours, to: file, for: account)
        // SAFETY: the system reads NUL-terminated copies of the paths, for the time of the call.
        guard unsafe rename(directory.unfinishedData, directory.data) == 0 else {
            throw failure("could not be made", "its data directory cannot be renamed")
        }
    }

    /// Starts the server, unless it runs, and waits until it answers.
    func startIfNeeded(_ deadline: Deadline) async throws(PostgresError) {
        while true {
            do throws(PostgresError) {
                if await !isRunning() { try await start() }
                try await Connection.open(settings.with(database: "postgres"), deadline: deadline).close()
                return
            } catch  where ConnectionRefusal.isTransient(error) && deadline.remaining != .zero {
                // It is starting, or was killed a moment ago and still has a process.
                try await cancellableSleep(.milliseconds(100))
            }
        }
    }

    /// Creates the database, unless it is there.
    func makeDatabase(_ deadline: Deadline) async throws(PostgresError) {
        let connection = try await Connection.open(settings.with(database: "postgres"), deadline: deadline)
        let known = try await connection.query("SELECT FROM pg_database WHERE datname = $1", Self.owner)
        if known.isEmpty { try await connection.execute("CREATE DATABASE \(identifier: Self.owner)") }
        await connection.close()
    }

    func pgCtl(_ verb: String, _ options: String...) async throws(PostgresError) -> ServerCommand.Outcome {
        try await ServerCommand(
            account.prefix + [binaries.pgCtl, verb, "--pgdata=\(directory.data)", "--silent"] + options
        ).run()
    }

    func failure(_ what: String, _ why: String) -> PostgresError {
        let lines = why.split(separator: "\n").suffix(5).joined(separator: " / ")
        return PostgresError(
            kind: .embeddedServer,
            message: "The embedded PostgreSQL \(what): \(lines.isEmpty ? "it gave no reason" : lines). "
                + "See \(directory.log); correct the cause, or name a server in LINDEN_DATABASE_URL.")
    }

    /// Deletes an ephemeral server's folders.
    func delete() throws(PostgresError) {
        try remove(directory.path)
        if directory.socketDirectory != directory.path { try remove(directory.socketDirectory) }
    }

    private func remove(_ path: String) throws(PostgresError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw failure("left files", "\(path) cannot be deleted")
        }
    }

    /// A killed server leaves its pid behind, and the number may belong to another program by now.
    ///
    /// The pid alone is replaced, by one that no process has: the rest of the file is how a new server finds out that
    /// processes of the old one still hold its memory.
    private func disownStalePid() throws(PostgresError) {
        let file = directory.data + "/postmaster.pid"
        if let contents = FileManager.default.contents(atPath: file) {
            let lines = String(decoding: contents, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            try directory.write((["999999999"] + lines.dropFirst()).joined(separator: "\n"), to: file, for: account)
        }
        let socketLock = directory.socketDirectory + "/.s.PGSQL.5432.lock"
        if FileManager.default.fileExists(atPath: socketLock) { try remove(socketLock) }
    }

    /// Whether the server lives: its process is seen, or, from another container on the same folder, its socket answers.
    func isRunning() async -> Bool {
        if directory.runningProcess != nil { return true }
        do throws(PostgresError) {
            try await Connection.open(settings.with(database: "postgres"), deadline: .seconds(2)).close()
            return true
        } catch {
            return error.kind == .deadline || error.sqlState != nil
        }
    }

    private func start() async throws(PostgresError) {
        try disownStalePid()
        try directory.write(configuration, to: directory.data + "/linden.conf", for: account)
        let outcome = try await pgCtl("start", "--log=\(directory.log)", "--wait", "--timeout=60")
        guard outcome.status != 0 else { return }
        let log = lastLinesOfLog
        // Processes of a server that was killed hold its memory for a moment longer.
        guard !log.contains("shared memory block") else {
            throw PostgresError(kind: .connection, message: "The server that was killed is not all gone. Wait for it.")
        }
        throw failure("did not start", log)
    }

    private var configuration: String {
        let lasting = [
            "listen_addresses = ''",
            "port = 5432",
            "unix_socket_directories = '\(directory.socketDirectory.replacing("'", with: "''"))'",
            "unix_socket_permissions = 0700",
            "timezone = 'UTC'",
            "shared_buffers = '256MB'",
            // Nobody replicates a private server; rows that go into a table of the same transaction then need no WAL.
            "wal_level = minimal",
            "max_wal_senders = 0",
        ]
        let fleeting = ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        return (lasting + (isEphemeral ? fleeting : [])).joined(separator: "\n") + "\n"
    }

    private var lastLinesOfLog: String {
        let contents = FileManager.default.contents(atPath: directory.log) ?? Data()
        return String(decoding: contents.suffix(2_000), as: UTF8.self)
            .split(separator: "\n").suffix(6).joined(separator: "\n")
    }
}
