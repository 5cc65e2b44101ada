public import Domain
import Postgres

extension PostgresStore: GenerationBuilder {
    public func register(_ draft: GenerationDraft) async throws -> Generation {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                if let known = try await Self.generation(fingerprint: draft.fingerprint, transaction) { return known }
                let number = try await Self.register(draft, as: .registered, transaction)
                return try await Self.known(number, transaction)
            }
        }
    }

    public func takingBuildTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value? {
        try await takingTurn(of: "linden.backfills", body)
    }

    /// One short transaction: the tables are empty when they are attached, so that whoever writes a changed item's
    /// embedding can do it from now on.
    public func beginBackfill(_ number: GenerationNumber) async throws -> BackfillProgress {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await Self.takeTurn(transaction)
                let generation = try await Self.known(number, transaction)
                if generation.state == .building, let progress = try await Self.backfill(of: generation, transaction) {
                    return progress
                }
                try await Self.move(number, to: .building, transaction)
                for (parent, key) in [("item_embeddings", "item_no"), ("user_embeddings", "user_no")] {
                    let partition = EmbeddingPartition(
                        parent: parent, key: key, number, generation.ladder.fullLength)
                    try await partition.create(transaction)
                    try await partition.attach(transaction)
                }
                let rows = try await Self.rowsToEmbed(transaction)
                try await transaction.query(
                    """
                    INSERT INTO linden.backfills (generation, position, last_item, items, last_user, users)
                    SELECT $1, pg_current_snapshot()::text,
                           coalesce((SELECT max(item_no) FROM linden.items), 0), $2,
                           coalesce((SELECT max(user_no) FROM linden.users), 0), $3
                    """, number.rawValue, Int64(rows.items), Int64(rows.users))
                guard let progress = try await Self.backfill(of: generation.with(state: .building), transaction) else {
                    throw GenerationError.unknown(number)
                }
                return progress
            }
        }
    }

    public func backfill(of number: GenerationNumber) async throws -> BackfillProgress? {
        try await withConnection { connection in
            try await Self.backfill(of: try await Self.known(number, connection), connection)
        }
    }

    public func rowsToEmbed() async throws -> (items: Int, users: Int) {
        try await withConnection { connection in try await Self.rowsToEmbed(connection) }
    }

    public func finishBackfill(_ number: GenerationNumber) async throws -> Generation {
        try await withConnection { connection in
            // Reads and counts everything, so none of it holds a lock that anyone waits for.
            try await Self.countInteractions(connection)
            let counts = try await connection.query(
                """
                SELECT (SELECT count(*) FROM linden.item_embeddings WHERE generation = $1),
                       (SELECT count(*) FROM linden.user_embeddings WHERE generation = $1)
                """, number.rawValue, deadline: .never)
            guard let (items, users) = try counts.first?.decode(Int64.self, Int64.self) else {
                throw GenerationError.unknown(number)
            }
            return try await connection.transaction { transaction in
                try await Self.takeTurn(transaction)
                try await Self.move(number, to: .built, transaction)
                try await transaction.query(
                    "UPDATE linden.generations SET items = $2, users = $3 WHERE generation = $1", number.rawValue,
                    items, users)
                try await transaction.query(
                    "UPDATE linden.backfills SET finished_at = now() WHERE generation = $1", number.rawValue)
                return try await Self.known(number, transaction)
            }
        }
    }

    public func tryWriting(_ items: HalfEmbeddings) async throws -> WriteTrial {
        // A number that no generation gets: they count up from 1.
        let partition = EmbeddingPartition(
            parent: "item_embeddings", key: "item_no", GenerationNumber(0), items.dimensions)
        var trial: WriteTrial?
        do {
            try await withConnection { connection in
                try await connection.transaction { transaction in
                    try await partition.create(transaction)
                    try await partition.addKeys(transaction)
                    let clock = ContinuousClock()
                    let elapsed = try await clock.measure {
                        try await transaction.query(
                            """
                            INSERT INTO linden.\(identifier: partition.name) (item_no, generation, embedding)
                            SELECT item_no, 0, embedding
                            FROM unnest($1::bigint[], $2::bytea[]) AS new (item_no, embedding)
                            """, items.numbers, Self.rows(items))
                    }
                    let sizes = try await transaction.query(
                        "SELECT pg_total_relation_size(('linden.' || quote_ident($1))::regclass)", partition.name)
                    trial = WriteTrial(
                        rows: items.count, elapsed: elapsed, bytes: Int(try sizes.first?.decode(Int64.self, at: 0) ?? 0)
                    )
                    throw TrialOver()
                }
            }
        } catch is TrialOver {
        }
        return trial ?? WriteTrial(rows: 0, elapsed: .zero, bytes: 0)
    }

    /// Takes back what was written for trial.
    private struct TrialOver: Error {}

    static func rowsToEmbed(_ connection: Connection) async throws -> (items: Int, users: Int) {
        let rows = try await connection.query(
            """
            SELECT (SELECT count(*) FROM linden.items WHERE NOT deleted),
                   (SELECT count(*) FROM linden.users
                    WHERE EXISTS (SELECT FROM linden.events WHERE events.user_no = users.user_no))
            """, deadline: .never)
        guard let (items, users) = try rows.first?.decode(Int64.self, Int64.self) else { return (0, 0) }
        return (Int(items), Int(users))
    }

    private static func backfill(
        of generation: Generation, _ connection: Connection
    ) async throws -> BackfillProgress? {
        try await connection.query(
            """
            SELECT item_no, last_item, items_done, items, user_no, last_user, users_done, users, position, caught_up
            FROM linden.backfills WHERE generation = $1
            """, generation.number.rawValue
        ).first.map { row in
            func part(from column: Int) throws -> BackfillPart {
                BackfillPart(
                    after: try row.decode(at: column), last: try row.decode(at: column + 1),
                    done: Int(try row.decode(Int64.self, at: column + 2)),
                    total: Int(try row.decode(Int64.self, at: column + 3)))
            }
            return BackfillProgress(
                generation: generation, items: try part(from: 0), users: try part(from: 4),
                position: FeedPosition(token: try row.decode(at: 8)),
                caughtUp: Int(try row.decode(Int64.self, at: 9)))
        }
    }
}
