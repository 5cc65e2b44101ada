import CLibPQ
import Synchronization

/// One connection to PostgreSQL.
///
/// It runs on a queue of its own, where libpq may wait; callers suspend. It does one thing at a time: statements of
/// two tasks come one after the other, and inside the same transaction if one is open, so share a
/// ``ConnectionPool``, not a connection.
///
/// When a deadline passes or the task is cancelled while the server works, the connection is closed: the answer of a
/// server that hangs cannot be waited for, not even to cancel it.
public actor Connection {
    public nonisolated let settings: ConnectionSettings

    private let queue = ConnectionQueue()
    private let waker: Waker
    private var session: Session?
    private nonisolated let shared = Mutex(ConnectionState.connecting)

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        // SAFETY: the queue lives as long as this actor.
        unsafe queue.asUnownedSerialExecutor()
    }

    private init(_ settings: ConnectionSettings) throws(PostgresError) {
        self.settings = settings
        waker = try Waker()
    }

    /// Connects and logs in.
    ///
    /// The system's resolver, which the deadline does not bound, looks names up.
    ///
    /// - Parameters:
    ///   - settings: Where, and as whom.
    ///   - deadline: The settings' ``ConnectionSettings/connectDeadline`` from now when not given.
    /// - Returns: A connection that is ready.
    /// - Throws: ``PostgresError`` of kind `connection`, `deadline` or `cancelled`, with a sentence for the user.
    public static func open(
        _ settings: ConnectionSettings, deadline: Deadline? = nil
    ) async throws(PostgresError) -> Connection {
        let connection = try Connection(settings)
        try await connection.connect(deadline ?? .after(settings.connectDeadline))
        return connection
    }

    /// What the connection can be used for right now.
    public nonisolated var state: ConnectionState { shared.withLock { $0 } }

    /// The server process that serves it, as `pg_backend_pid()` says.
    public private(set) var backendProcessID: Int32 = 0

    /// The server's version: 150020 is 15.20.
    public private(set) var serverVersion = 0

    /// Closes the connection; it may be closed twice.
    public func close() {
        session = nil
        shared.withLock { $0 = .closed }
    }

    private func connect(_ deadline: Deadline) async throws(PostgresError) {
        let settings = self.settings
        guard !settings.synchronousCommit || !settings.behindTransactionPooler else {
            throw PostgresError(
                kind: .usage,
                message: "synchronous_commit cannot be set behind a transaction pooler, where sessions change hands. "
                    + "Set it on the role: ALTER ROLE … SET synchronous_commit = on.")
        }
        try await perform(deadline: deadline) { wait throws(PostgresError) in
            let session = try Session.open(settings, wait)
            backendProcessID = session.processID
            serverVersion = session.serverVersion
            if let script = settings.sessionSettings(serverVersion: session.serverVersion) {
                _ = try session.run(script: script, wait)
            }
            self.session = session
        }
    }

    /// Runs `work` with the session, for at most as long as the deadline and the task's life allow.
    func withSession<Value>(
        deadline: Deadline?, stall: Duration? = nil, heedsCancellation: Bool = true,
        _ work: (Session, Wait) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        guard let session else {
            throw PostgresError(
                kind: .closed, message: "The connection is closed. Open another, or borrow one from the pool.")
        }
        let limit = deadline ?? (stall == nil ? .after(settings.statementDeadline) : .never)
        return try await perform(deadline: limit, stall: stall, heedsCancellation: heedsCancellation) {
            wait throws(PostgresError) in try work(session, wait)
        }
    }

    /// Runs `work` under a deadline and the task's cancellation; closes the connection after an error that ends it.
    private func perform<Value>(
        deadline: Deadline, stall: Duration? = nil, heedsCancellation: Bool = true,
        _ work: (Wait) throws(PostgresError) -> Value
    ) async throws(PostgresError) -> Value {
        if heedsCancellation, Task.isCancelled {
            throw PostgresError(kind: .cancelled, message: "The task was cancelled before PostgreSQL was asked.")
        }
        let wait = Wait(deadline: deadline, stall: stall, ticket: waker.ticket(), waker: waker)
        let waker = self.waker
        let outcome = await withTaskCancellationHandler {
            // By way of a method, as a closure that does not mention the actor would run elsewhere.
            attempt(work, wait)
        } onCancel: {
            if heedsCancellation { waker.cancel(wait.ticket) }
        }
        if case .failure(let error) = outcome, error.endsConnection || session == nil {
            close()
        } else if let session {
            shared.withLock { $0 = session.state }
        }
        return try outcome.get()
    }

    private func attempt<Value>(
        _ work: (Wait) throws(PostgresError) -> Value, _ wait: Wait
    ) -> Result<Value, PostgresError> {
        queue.requireCurrent()
        do throws(PostgresError) {
            return .success(try work(wait))
        } catch {
            return .failure(error)
        }
    }
}

/// What a connection can be used for right now.
public enum ConnectionState: Equatable, Sendable {
    case connecting
    /// Outside any transaction.
    case idle
    case inTransaction
    /// In a transaction that can only be rolled back.
    case inFailedTransaction
    /// In the middle of a COPY.
    case copying
    case closed
}

extension Session {
    fileprivate var state: ConnectionState {
        switch transactionStatus {
        case PQTRANS_IDLE: .idle
        case PQTRANS_INERROR: .inFailedTransaction
        case PQTRANS_ACTIVE: .copying
        case PQTRANS_UNKNOWN: .closed
        default: .inTransaction
        }
    }
}
