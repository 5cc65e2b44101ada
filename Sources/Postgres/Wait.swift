import CLibPQ
import Glibc

/// How long one operation may wait for the server, and what may end the wait.
struct Wait {
    let deadline: Deadline
    /// The longest silence of the server that is borne, whatever the deadline; for COPY, which may last.
    var stall: Duration?
    let ticket: UInt64
    let waker: Waker

    /// Waits until one of `events` happens on `socket`, and returns those that did.
    ///
    /// - Throws: ``PostgresError`` of kind `deadline` or `cancelled`; the connection is then of no more use.
    func untilReady(_ socket: Int32, for events: Int32) throws(PostgresError) -> Int32 {
        guard socket >= 0 else { throw .connectionLost }
        let limit = stall.map { min(deadline, .after($0)) } ?? deadline
        while true {
            var watched = [
                pollfd(fd: socket, events: Int16(events), revents: 0),
                pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            // SAFETY: the array has the two elements that the count says.
            let ready = unsafe poll(&watched, 2, limit.pollTimeout)
            if ready < 0, errno != EINTR { throw .connectionLost }
            if watched[1].revents != 0, waker.isCancelled(ticket) { throw .cancelledUnderWay }
            if watched[0].revents != 0 { return Int32(watched[0].revents) }
            if limit.remaining == .zero { throw .deadlinePassed }
        }
    }
}

extension Deadline {
    /// Milliseconds for `poll`, rounded up; -1 is for ever.
    fileprivate var pollTimeout: Int32 {
        guard let remaining else { return -1 }
        let (seconds, attoseconds) = remaining.components
        guard seconds < 1_000_000 else { return 1_000_000_000 }
        return Int32(seconds * 1_000) + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}

extension PostgresError {
    static var connectionLost: PostgresError {
        PostgresError(
            kind: .connection,
            message: "The connection to PostgreSQL broke. What was under way may or may not have been done; "
                + "see the server's log, and try again.")
    }

    static var deadlinePassed: PostgresError {
        PostgresError(
            kind: .deadline,
            message: "PostgreSQL did not answer before the deadline, and the connection was closed. "
                + "See whether the server is overloaded or stopped (pg_isready), or allow more time.")
    }

    static var cancelledUnderWay: PostgresError {
        PostgresError(
            kind: .cancelled, message: "The task was cancelled while PostgreSQL worked; the connection was closed.")
    }
}
