import Foundation
import Synchronization

/// A private PostgreSQL, run from the installed server's programs, reachable by a Unix socket alone.
///
/// Programs on the same data directory share it: each holds a lock while it uses the server, the kernel takes the lock
/// from one that dies, and the last to leave stops the server. A server that was killed recovers by itself when it is
/// started again, here or by ``ensureRunning(deadline:)``.
public final class EmbeddedServer: Sendable {
    /// How to connect to its database `linden`.
    public let settings: ConnectionSettings

    let directory: ServerDirectory
    let binaries: ServerBinaries
    let account: ServerAccount
    let isEphemeral: Bool
    private let users: Mutex<FileLock?>

    static let owner = "linden"

    private init(
        _ directory: ServerDirectory, _ binaries: ServerBinaries, _ account: ServerAccount, isEphemeral: Bool,
        users: FileLock
    ) {
        self.directory = directory
        self.binaries = binaries
        self.account = account
        self.isEphemeral = isEphemeral
        self.users = Mutex(users)
        settings = ConnectionSettings(
            socketDirectory: directory.socketDirectory, user: Self.owner, database: Self.owner)
    }

    /// Starts the server of `dataDirectory`, or joins the program that runs it already.
    ///
    /// The first start makes the data (`initdb`: UTF-8, C locale), in `dataDirectory/postgres`.
    ///
    /// - Throws: ``PostgresError`` of kind `embeddedServer`: no server installed, the folder not writable, another
    ///   version's data, or the last lines of the server's log.
    public static func start(
        dataDirectory: String, deadline: Deadline = .seconds(90)
    ) async throws(PostgresError) -> EmbeddedServer {
        try await start(in: dataDirectory + "/postgres", isEphemeral: false, deadline)
    }

    /// Starts a server that keeps nothing, in a new temporary folder: for tests.
    ///
    /// It does not wait for the disk, and ``stop()`` deletes it.
    public static func ephemeral(deadline: Deadline = .seconds(90)) async throws(PostgresError) -> EmbeddedServer {
        try await start(in: "/tmp/linden-ephemeral-\(UUID().uuidString)", isEphemeral: true, deadline)
    }

    private static func start(
        in path: String, isEphemeral: Bool, _ deadline: Deadline
    ) async throws(PostgresError) -> EmbeddedServer {
        let directory = ServerDirectory(path: URL(fileURLWithPath: path).standardizedFileURL.path)
        var account = try ServerAccount.current()
        try directory.create(for: account)
        account = try await account.reaching(directory.path)
        let binaries = try await ServerBinaries.find(wanted: directory.dataVersion)
        let starting = try await FileLock.take(directory.startLock, .exclusive, deadline: deadline)
        defer { starting.release() }
        let users = try await FileLock.take(directory.usersLock, .shared, deadline: deadline)
        let server = EmbeddedServer(directory, binaries, account, isEphemeral: isEphemeral, users: users)
        do throws(PostgresError) {
            try await server.makeData()
            try await server.startIfNeeded(deadline)
            try await server.makeDatabase(deadline)
        } catch {
            // Cancelled half-way, say: nobody else would stop it.
            starting.release()
            do throws(PostgresError) {
                try await server.stop()
            } catch _ {
                // The first error is the one to tell.
            }
            throw error
        }
        return server
    }

    /// Whether the server's process is there, on this machine; nothing is asked of it.
    public var hasProcess: Bool { directory.runningProcess != nil }

    /// Starts the server again if it is gone; it recovers what was committed.
    public func ensureRunning(deadline: Deadline = .seconds(90)) async throws(PostgresError) {
        guard users.withLock({ $0 != nil }) else {
            throw PostgresError(kind: .usage, message: "The embedded server was stopped. Start a new one.")
        }
        let starting = try await FileLock.take(directory.startLock, .exclusive, deadline: deadline)
        defer { starting.release() }
        try await startIfNeeded(deadline)
    }

    /// Leaves the server, and stops it when no other program uses it.
    ///
    /// Stopping twice is leaving once.
    public func stop() async throws(PostgresError) {
        let starting = try await FileLock.take(directory.startLock, .exclusive, deadline: .seconds(90))
        defer { starting.release() }
        guard let lock = users.withLock({ $0.take() }) else { return }
        lock.release()
        guard let alone = try FileLock.attempt(directory.usersLock, .exclusive) else { return }
        defer { alone.release() }
        if await isRunning() {
            let outcome = try await pgCtl("stop", "--mode=fast", "--wait", "--timeout=60")
            guard outcome.status == 0 || directory.runningProcess == nil else {
                throw failure("did not stop", outcome.output)
            }
        }
        if isEphemeral { try delete() }
    }
}
