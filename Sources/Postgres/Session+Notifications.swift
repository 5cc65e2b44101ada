import CLibPQ

/// What `NOTIFY` sent.
public struct Notification: Hashable, Sendable {
    public let channel: String
    public let payload: String
    /// The server process that sent it.
    public let processID: Int32
}

extension Session {
    /// The next notification that has arrived, without waiting.
    func arrivedNotification() throws(PostgresError) -> Notification? {
        try consumeInput()
        guard let notify = unsafe PQnotifies(handle) else { return nil }
        // SAFETY: libpq made it for us, with two NUL-terminated texts, and we free it after they are copied.
        defer { unsafe PQfreemem(notify) }
        return Notification(
            channel: unsafe String(cString: notify.pointee.relname),
            payload: unsafe String(cString: notify.pointee.extra),
            processID: unsafe notify.pointee.be_pid
        )
    }

    /// Waits for the next notification.
    func nextNotification(_ wait: Wait) throws(PostgresError) -> Notification {
        while true {
            if let notification = try arrivedNotification() { return notification }
            _ = try wait.untilReady(socket, for: POLLIN)
        }
    }
}
