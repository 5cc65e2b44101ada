import CLibPQ
import Glibc

/// One libpq connection in non-blocking mode, used from its actor's queue alone.
///
/// Every wait is a `poll` with a deadline, so a server that hangs costs its caller the deadline and no more. After
/// an error that ``PostgresError/endsConnection`` the session is thrown away: libpq is never asked to cancel, as that
/// would wait for the same server.
@safe
final class Session {
    /// libpq's connection.
    ///
    /// SAFETY: of each `unsafe` that hands it to libpq, here and in the extensions: it is valid from `init` to `deinit`,
    /// one queue at a time uses it, and texts that libpq returns are copied before the next call.
    let handle: OpaquePointer
    /// Names of the statements prepared on the server, by text and parameter types.
    var prepared: [StatementKey: String] = [:]
    /// Statements that ran once; what runs again is worth preparing.
    var seen: Set<StatementKey> = []
    /// Prepared statements so far, for their names.
    var preparedCount = 0

    /// Takes ownership of a libpq connection.
    init(owning handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
    }

    deinit {
        // SAFETY: nobody else has the handle. In non-blocking mode the farewell does not wait.
        unsafe PQfinish(handle)
    }

    var socket: Int32 { unsafe PQsocket(handle) }

    var processID: Int32 { unsafe PQbackendPID(handle) }

    /// 150020 is 15.20.
    var serverVersion: Int { Int(unsafe PQserverVersion(handle)) }

    var isOutsideTransaction: Bool { transactionStatus == PQTRANS_IDLE }

    var transactionStatus: PGTransactionStatusType { unsafe PQtransactionStatus(handle) }

    /// Sends what is queued, reading what arrives meanwhile, until all of it is with the kernel.
    func flush(_ wait: Wait) throws(PostgresError) {
        while true {
            switch unsafe PQflush(handle) {
            case 0: return
            case 1:
                let ready = try wait.untilReady(socket, for: POLLIN | POLLOUT)
                if ready & POLLIN != 0 { try consumeInput() }
            default: throw brokenConnection()
            }
        }
    }

    /// The next result, or `nil` between the results of two statements.
    func nextResult(_ wait: Wait) throws(PostgresError) -> QueryResult? {
        while true {
            let unsent = unsafe PQflush(handle)
            guard unsent >= 0 else { throw brokenConnection() }
            if unsafe PQisBusy(handle) == 0 {
                return unsafe PQgetResult(handle).map { unsafe QueryResult(owning: $0) }
            }
            let ready = try wait.untilReady(socket, for: unsent > 0 ? POLLIN | POLLOUT : POLLIN)
            if ready & ~POLLOUT != 0 { try consumeInput() }
        }
    }

    /// Takes what the kernel has for us.
    func consumeInput() throws(PostgresError) {
        guard unsafe PQconsumeInput(handle) == 1 else { throw brokenConnection() }
    }

    /// The error to throw when libpq says that the connection is gone.
    func brokenConnection() -> PostgresError {
        // What the server said last, such as "terminating connection due to administrator command".
        let said = unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? ""
        guard let range = said.firstRange(of: "FATAL:  ") else { return .connectionLost }
        let reason = said[range.upperBound...].prefix { $0 != "\n" }
        return PostgresError(
            kind: .connection,
            message: "PostgreSQL closed the connection: \(reason). See the server's log, and try again.")
    }
}

/// What makes two statements one prepared statement.
struct StatementKey: Hashable {
    let sql: SQL
    let types: [PostgresType]
}
