public import Domain
import Postgres

extension PostgresStore: UserStateStore {
    public func state(of user: UserID, generation: GenerationNumber, seenLimit: Int) async throws -> UserState? {
        let statement = try Statement(
            """
            SELECT stored.embedding, stored.events, seen.item_nos, seen.events
            FROM linden.users
            LEFT JOIN linden.user_embeddings AS stored
                   ON stored.user_no = users.user_no AND stored.generation = $2
            CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(item_no ORDER BY last_at, item_no), '{}') AS item_nos,
                       coalesce(max(total), 0)::bigint AS events
                FROM (SELECT item_no, max(at) AS last_at, sum(count(*)) OVER () AS total
                      FROM linden.events WHERE events.user_no = users.user_no
                      GROUP BY item_no ORDER BY last_at DESC, item_no DESC LIMIT $3) AS recent
            ) AS seen
            WHERE users.user_id = $1
            """,
            user.text, generation.rawValue, Int64(seenLimit))
        let rows = try await withConnection { connection in try await connection.run(statement) }
        guard let row = rows.first else { return nil }
        let (embedding, storedEvents, seen, events) = try row.decode(
            [UInt8]?.self, Int64?.self, [Int64].self, Int64.self)
        return UserState(
            seen: seen.map(ItemNumber.init),
            embedding: embedding.map(HalfBytes.bits),
            hasNewerEvents: storedEvents.map { $0 < events } ?? (events > 0)
        )
    }
}
