public import Domain
import Postgres

extension PostgresStore: InteractionLogSource {
    /// Each user's items, each once, by the time of the last event with it before the cut.
    ///
    /// PostgreSQL sums up the events of a user, an item and a kind, those without a value apart; beside the log there is only ever one user in memory.
    public func interactionLog(
        before cut: Timestamp?, weighing weights: InteractionWeights
    ) async throws -> InteractionLog {
        let isRead = Self.isBefore(cut)
        return try await withConnection { connection in
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                let items = try await Self.items(transaction)
                var users: [Int64: Int32] = [:]
                var ids: [(number: UserNumber, id: UserID)] = []
                try await transaction.copyOut(
                    """
                    COPY (SELECT user_no, user_id FROM linden.users
                          WHERE EXISTS (SELECT FROM linden.events WHERE events.user_no = users.user_no AND \(isRead))
                          ORDER BY user_no) TO STDOUT (FORMAT binary)
                    """
                ) { row in
                    let (number, id) = try row.decode(Int64.self, String.self)
                    users[number] = Int32(ids.count)
                    ids.append((UserNumber(number), try UserID(id)))
                }
                var kinds: [Int16: String] = [:]
                try await transaction.copyOut("COPY linden.event_kinds (kind_no, kind) TO STDOUT (FORMAT binary)") {
                    row in
                    let (number, kind) = try row.decode(Int16.self, String.self)
                    kinds[number] = kind
                }
                var fold = LogFold(InteractionLog(users: ids, items: items), weights: weights)
                // Of arrays the one with the later time is the greater, so its second element is the last value.
                try await transaction.copyOut(
                    """
                    COPY (SELECT user_no, item_no, kind_no, max(at), count(*),
                                 (max(ARRAY[extract(epoch FROM at)::float8, value]))[2]::real
                          FROM linden.events WHERE \(isRead)
                          GROUP BY user_no, item_no, kind_no, value IS NULL ORDER BY user_no, item_no, kind_no) TO STDOUT (FORMAT binary)
                    """
                ) { row in
                    let (user, item, kind, at, count, value) = try row.decode(
                        Int64.self, Int64.self, Int16.self, Timestamptz.self, Int64.self, Float?.self)
                    guard let user = users[user], let kind = kinds[kind] else { return }
                    fold.add(
                        Int(count), of: kind, user: user, item: ItemNumber(item),
                        latest: Timestamp(microseconds: at.microseconds), value: value)
                }
                return fold.finish()
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
