import CLibPQ
import Glibc

extension Session {
    /// Opens a connection and logs in.
    static func open(_ settings: ConnectionSettings, _ wait: Wait) throws(PostgresError) -> Session {
        let session = try start(settings)
        // Verbose, because only then does the text of a refusal hold its SQLSTATE.
        _ = unsafe PQsetErrorVerbosity(session.handle, PQERRORS_VERBOSE)
        // SAFETY: the function takes no state and returns at once.
        _ = unsafe PQsetNoticeReceiver(session.handle, { _, _ in }, nil)
        var next = PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            guard next != PGRES_POLLING_FAILED, unsafe PQstatus(session.handle) != CONNECTION_BAD else {
                throw session.refusal(settings)
            }
            do throws(PostgresError) {
                _ = try wait.untilReady(session.socket, for: next == PGRES_POLLING_READING ? POLLIN : POLLOUT)
            } catch  where error.kind == .deadline {
                throw PostgresError(
                    kind: .deadline,
                    message: "PostgreSQL at \(settings.place) did not let us in before the deadline. "
                        + "See whether it is overloaded or stopped (pg_isready), or allow more time.")
            }
            next = unsafe PQconnectPoll(session.handle)
        }
        _ = unsafe PQsetErrorVerbosity(session.handle, PQERRORS_DEFAULT)
        guard unsafe PQsetnonblocking(session.handle, 1) == 0 else { throw session.brokenConnection() }
        return session
    }

    private static func start(_ settings: ConnectionSettings) throws(PostgresError) -> Session {
        let pairs = settings.keywords.sorted { $0.key < $1.key }
        // SAFETY: C strings that live until they are freed below; libpq copies them.
        var names: [UnsafePointer<CChar>?] = unsafe pairs.map { unsafe UnsafePointer(strdup($0.key)) } + [nil]
        var values: [UnsafePointer<CChar>?] = unsafe pairs.map { unsafe UnsafePointer(strdup($0.value)) } + [nil]
        let handle = unsafe PQconnectStartParams(&names, &values, 0)
        unsafe (names + values).forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
        guard let handle = unsafe handle else {
            throw PostgresError(kind: .connection, message: "There is no memory left for a connection. Free some.")
        }
        return unsafe Session(owning: handle)
    }

    /// Why the server, or the way to it, refused the connection.
    private func refusal(_ settings: ConnectionSettings) -> PostgresError {
        let text = unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? ""
        return ConnectionRefusal(libpqMessage: text).error(settings)
    }
}
