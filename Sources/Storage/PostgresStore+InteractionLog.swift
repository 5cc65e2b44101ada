public import Domain
import Postgres

extension PostgresStore: InteractionLogSource {
    /// Each user's items, each once, by the time of the last event with it before the cut.
    public func interactionLog(before cut: Timestamp?) async throws -> InteractionLog {
        let isRead = Self.isBefore(cut)
        return try await withConnection { connection in
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                var log = InteractionLog(items: try await Self.items(transaction))
                let positions = Dictionary(
                    uniqueKeysWithValues: log.items.enumerated().map { ($1.number.rawValue, Int32($0)) })
                var users: [Int64: Int32] = [:]
                try await transaction.copyOut(
                    """
                    COPY (SELECT user_no, user_id FROM linden.users
                          WHERE EXISTS (SELECT FROM linden.events WHERE events.user_no = users.user_no AND \(isRead))
                          ORDER BY user_no) TO STDOUT (FORMAT binary)
                    """
                ) { row in
                    let (number, id) = try row.decode(Int64.self, String.self)
                    users[number] = Int32(log.users.count)
                    log.users.append((UserNumber(number), try UserID(id)))
                }
                try await transaction.copyOut(
                    """
                    COPY (SELECT user_no, item_no, max(at) AS last_at FROM linden.events WHERE \(isRead)
                          GROUP BY user_no, item_no ORDER BY user_no, last_at, item_no) TO STDOUT (FORMAT binary)
                    """
                ) { row in
                    let (user, item, at) = try row.decode(Int64.self, Int64.self, Timestamptz.self)
                    guard let user = users[user], let item = positions[item] else { return }
                    log.append(user: user, item: item, timestamp: at.microseconds)
                }
                return log
            }
        }
    }

    /// Whether an event lies before the cut.
    ///
    /// A COPY takes no parameters. Partitions after the cut are not opened.
    private static func isBefore(_ cut: Timestamp?) -> SQL {
        guard let cut else { return "true" }
        return "at < timestamptz 'epoch' + \(literal: cut.microseconds) * interval '1 microsecond'"
    }
}
