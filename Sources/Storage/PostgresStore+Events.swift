public import Domain
import Postgres

extension PostgresStore: EventStore {
    public func append(_ interactions: [Interaction]) async throws -> Int {
        guard !interactions.isEmpty else { return 0 }
        let columns: [any PostgresEncodable] = [
            interactions.map(\.user.text), interactions.map(\.item.text), interactions.map(\.kind),
            interactions.map { Timestamptz(microseconds: $0.timestamp.microseconds) }, interactions.map(\.value),
            interactions.map { $0.event?.text }, interactions.map(\.recommendation),
        ]
        let insertion = EventInsertion(
            source: """
                (SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::real[], $6::text[], $7::text[])
                 AS row (user_id, item_id, kind, at, value, event_id, recommendation_id))
                """)
        let statements = try (insertion.preparations + insertion.additions).map { sql in
            try Statement(sql, parameters: columns)
        }
        return try await withConnection { connection in
            try await connection.transaction { transaction in
                let results = try await transaction.pipeline(statements)
                return results.suffix(insertion.additions.count).reduce(0) { $0 + $1.affected }
            }
        }
    }
}
