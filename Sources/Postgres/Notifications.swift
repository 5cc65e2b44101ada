/// Notifications as they arrive, until the task is cancelled or the connection breaks.
public struct Notifications: AsyncSequence, Sendable {
    public typealias Element = Notification

    let connection: Connection

    public func makeAsyncIterator() -> Iterator { Iterator(connection: connection) }

    public struct Iterator: AsyncIteratorProtocol {
        let connection: Connection

        public mutating func next() async throws(PostgresError) -> Notification? {
            try await connection.nextNotification()
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(PostgresError) -> Notification? {
            try await connection.nextNotification()
        }
    }
}

extension Connection {
    /// Listens on `channels` from now on.
    ///
    /// The connection is then for listening alone: while one waits for the next notification, nothing else runs on it.
    /// A notification is a doorbell, not a letter: on arrival, and after each reconnect, read what changed.
    public nonisolated func notifications(on channels: String...) async throws(PostgresError) -> Notifications {
        for channel in channels {
            try await query("LISTEN \(identifier: channel)")
        }
        return Notifications(connection: self)
    }

    func nextNotification() async throws(PostgresError) -> Notification {
        try await withSession(deadline: .never) { session, wait throws(PostgresError) in
            try session.nextNotification(wait)
        }
    }
}
