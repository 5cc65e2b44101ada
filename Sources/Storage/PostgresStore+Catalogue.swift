public import Domain
import Postgres

extension PostgresStore: CatalogueStore {
    public func upsert(_ items: [CatalogueItem]) async throws {
        let statement = try Self.upsertion(of: items)
        try await withConnection { connection in
            try await connection.run(statement)
            await Self.ring(connection)
        }
    }

    /// One statement that creates or replaces items; of two with one id the last stands.
    static func upsertion(of items: [CatalogueItem]) throws -> Statement {
        try Statement(
            """
            INSERT INTO linden.items (item_id, title, categories, attributes, available)
            SELECT DISTINCT ON (item_id) item_id, title,
                   ARRAY(SELECT jsonb_array_elements_text(categories)), attributes, available
            FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::jsonb[], $5::boolean[]) WITH ORDINALITY
                 AS new (item_id, title, categories, attributes, available, position)
            ORDER BY item_id, position DESC
            ON CONFLICT (item_id) DO UPDATE
            SET title = excluded.title, categories = excluded.categories, attributes = excluded.attributes,
                available = excluded.available, deleted = false
            """,
            items.map(\.id.text), items.map(\.title), items.map { AttributesJSON.array($0.categories) },
            items.map { AttributesJSON.object($0.attributes) }, items.map(\.isAvailable))
    }

    public func delete(item: ItemID) async throws -> Bool {
        try await withConnection { connection in
            let affected = try await connection.execute(
                "UPDATE linden.items SET deleted = true WHERE item_id = $1 AND NOT deleted", item.text)
            if affected > 0 { await Self.ring(connection) }
            return affected > 0
        }
    }

    public func upsert(_ users: [CatalogueUser]) async throws {
        let statement = try Self.upsertion(of: users)
        try await withConnection { connection in _ = try await connection.run(statement) }
    }

    /// One statement that creates or replaces users; of two with one id the last stands.
    static func upsertion(of users: [CatalogueUser]) throws -> Statement {
        try Statement(
            """
            INSERT INTO linden.users (user_id, attributes)
            SELECT DISTINCT ON (user_id) user_id, attributes
            FROM unnest($1::text[], $2::jsonb[]) WITH ORDINALITY AS new (user_id, attributes, position)
            ORDER BY user_id, position DESC
            ON CONFLICT (user_id) DO UPDATE SET attributes = excluded.attributes
            """,
            users.map(\.id.text), users.map { AttributesJSON.object($0.attributes) })
    }

    public func delete(user: UserID) async throws -> Bool {
        let forget: [SQL] = [
            "DELETE FROM linden.events WHERE user_no = (SELECT user_no FROM linden.users WHERE user_id = $1)",
            "DELETE FROM linden.user_embeddings WHERE user_no = (SELECT user_no FROM linden.users WHERE user_id = $1)",
            "DELETE FROM linden.users WHERE user_id = $1",
        ]
        let statements = try forget.map { sql in try Statement(sql, user.text) }
        return try await withConnection { connection in
            try await connection.transaction { transaction in
                let results = try await transaction.pipeline(statements)
                return (results.last?.affected ?? 0) > 0
            }
        }
    }
}
