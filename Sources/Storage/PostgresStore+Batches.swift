public import Domain
import Postgres

/// What a backfill reads and writes, a batch at a time.
extension PostgresStore {
    public func items(after: Int64, through last: Int64, limit: Int) async throws -> [StoredItem] {
        try await withConnection { connection in
            try await connection.query(
                """
                SELECT \(StoredItemRow.columns)
                FROM linden.items LEFT JOIN linden.item_stats AS stats USING (item_no)
                WHERE NOT deleted AND items.item_no > $1 AND items.item_no <= $2 ORDER BY items.item_no LIMIT $3
                """, after, last, Int64(limit)
            ).map { row in try StoredItemRow.item(number: row.decode(at: 0), in: row, from: 1) }
        }
    }

    public func histories(after: Int64, through last: Int64, limit: Int) async throws -> [StoredHistory] {
        try await withConnection { connection in
            try await connection.query(
                """
                SELECT users.user_no, users.user_id, seen.item_nos, seen.events
                FROM (SELECT user_no, user_id FROM linden.users
                      WHERE user_no > $1 AND user_no <= $2 ORDER BY user_no LIMIT $3) AS users
                CROSS JOIN LATERAL (
                    SELECT coalesce(array_agg(item_no ORDER BY last_at, item_no), '{}') AS item_nos,
                           coalesce(sum(total), 0)::bigint AS events
                    FROM (SELECT item_no, max(at) AS last_at, count(*) AS total
                          FROM linden.events WHERE events.user_no = users.user_no GROUP BY item_no) AS history
                ) AS seen ORDER BY users.user_no
                """, after, last, Int64(limit)
            ).map { row in
                let (number, id, items, events) = try row.decode(Int64.self, String.self, [Int64].self, Int64.self)
                return StoredHistory(
                    number: UserNumber(number), id: try UserID(id), items: items.map(ItemNumber.init),
                    events: Int(events))
            }
        }
    }

    public func userEmbeddings(
        of generation: GenerationNumber, after: Int64, limit: Int
    ) async throws -> HalfEmbeddings {
        let rows = try await withConnection { connection in
            try await connection.query(
                """
                SELECT user_no, embedding FROM linden.user_embeddings
                WHERE generation = $1 AND user_no > $2 ORDER BY user_no LIMIT $3
                """, generation.rawValue, after, Int64(limit))
        }
        var (numbers, bits) = ([Int64](), [UInt16]())
        for row in rows {
            numbers.append(try row.decode(at: 0))
            bits += try row.withBytes(at: 1, HalfBytes.bits)
        }
        return HalfEmbeddings(
            dimensions: numbers.isEmpty ? 1 : bits.count / numbers.count, numbers: numbers, bits: bits)
    }

    public func write(
        items: HalfEmbeddings, from before: BackfillPart, to number: Int64, count: Int, _ generation: GenerationNumber
    ) async throws {
        let insertion = try Statement(
            """
            INSERT INTO linden.item_embeddings (item_no, generation, embedding)
            SELECT item_no, $1, embedding FROM unnest($2::bigint[], $3::bytea[]) AS new (item_no, embedding)
            ON CONFLICT (item_no, generation) DO NOTHING
            """, generation.rawValue, items.numbers, Self.rows(items))
        let note = try Statement(
            """
            UPDATE linden.backfills SET item_no = $3, items_done = items_done + $4
            WHERE generation = $1 AND item_no = $2 AND finished_at IS NULL
            """, generation.rawValue, before.after, number, Int64(count))
        try await write(insertion, note, generation)
    }

    /// Holds the users' rows while it writes: of one who is forgotten just now, either nothing is written, or what was
    /// written is deleted.
    public func write(
        users: HalfEmbeddings, events: [Int], from before: BackfillPart, to number: Int64, count: Int,
        _ generation: GenerationNumber
    ) async throws {
        let insertion = try Statement(
            """
            INSERT INTO linden.user_embeddings (user_no, generation, events, embedding)
            SELECT new.user_no, $1, events, embedding
            FROM unnest($2::bigint[], $3::bigint[], $4::bytea[]) AS new (user_no, events, embedding)
            JOIN linden.users ON users.user_no = new.user_no
            FOR KEY SHARE OF users
            ON CONFLICT (user_no, generation) DO NOTHING
            """, generation.rawValue, users.numbers, events.map(Int64.init), Self.rows(users))
        let note = try Statement(
            """
            UPDATE linden.backfills SET user_no = $3, users_done = users_done + $4
            WHERE generation = $1 AND user_no = $2 AND finished_at IS NULL
            """, generation.rawValue, before.after, number, Int64(count))
        try await write(insertion, note, generation)
    }

    /// Leaves out items that are being changed, rather than to wait with others' rows in hand: nobody can wait for both.
    public func write(
        changed items: HalfEmbeddings, asOf position: FeedPosition, _ generation: GenerationNumber
    ) async throws -> Bool {
        try await withConnection { connection in
            let rows = try await connection.query(
                """
                WITH unchanged AS (
                    SELECT item_no FROM linden.items
                    WHERE item_no = ANY ($2) AND pg_visible_in_snapshot(changed_by, $4::pg_snapshot)
                ), held AS (
                    SELECT item_no FROM linden.items
                    WHERE item_no = ANY ($2) AND pg_visible_in_snapshot(changed_by, $4::pg_snapshot)
                    FOR SHARE SKIP LOCKED
                ), written AS (
                    INSERT INTO linden.item_embeddings (item_no, generation, embedding)
                    SELECT item_no, $1, embedding
                    FROM unnest($2::bigint[], $3::bytea[]) AS new (item_no, embedding) JOIN held USING (item_no)
                    ORDER BY item_no
                    ON CONFLICT (item_no, generation) DO UPDATE SET embedding = excluded.embedding
                    WHERE item_embeddings.embedding <> excluded.embedding
                )
                SELECT (SELECT count(*) FROM unchanged) = (SELECT count(*) FROM held)
                """, generation.rawValue, items.numbers, Self.rows(items), position.token)
            return try rows.first?.decode(Bool.self, at: 0) ?? false
        }
    }

    public func caughtUp(_ count: Int, to position: FeedPosition, _ generation: GenerationNumber) async throws {
        try await withConnection { connection in
            _ = try await connection.query(
                "UPDATE linden.backfills SET position = $2, caught_up = caught_up + $3 WHERE generation = $1",
                generation.rawValue, position.token, Int64(count))
        }
    }

    static func rows(_ embeddings: HalfEmbeddings) -> [[UInt8]] {
        (0..<embeddings.count).map { HalfBytes.bytes(embeddings.bits[embeddings.range(of: $0)]) }
    }

    /// Writes rows and how far they go in one transaction and one round trip.
    private func write(_ insertion: Statement, _ note: Statement, _ generation: GenerationNumber) async throws {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                let results = try await transaction.pipeline([note, insertion])
                guard results.first?.affected == 1 else { throw BackfillOvertaken(generation: generation) }
            }
        }
    }
}
