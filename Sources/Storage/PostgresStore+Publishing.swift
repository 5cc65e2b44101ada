public import Domain
import Postgres

extension PostgresStore: GenerationPublisher {
    /// Writes a generation in one transaction: what is killed half-way leaves nothing behind.
    ///
    /// Embeddings are copied into tables of their own, which get their keys and checks after that and are then attached
    /// as partitions, so that neither readers nor the partitions of other generations wait.
    public func publish(_ draft: GenerationDraft) async throws -> Generation {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                if let known = try await Self.generation(fingerprint: draft.fingerprint, transaction) { return known }
                return try await Self.write(draft, transaction)
            }
        }
    }

    /// Writes a generation that is not there yet, within a transaction.
    static func write(_ draft: GenerationDraft, _ transaction: Connection) async throws -> Generation {
        let number = try await register(draft, as: .built, transaction)
        let dimensions = draft.ladder.fullLength
        let items = EmbeddingPartition(parent: "item_embeddings", key: "item_no", number, dimensions)
        try await items.create(transaction)
        try await transaction.copyIn(items.copy(columns: "item_no, generation, embedding")) { writer in
            for row in 0..<draft.items.count {
                try await writer.row(
                    draft.items.numbers[row], number.rawValue,
                    HalfBytes.bytes(draft.items.bits[draft.items.range(of: row)]))
            }
        }
        try await items.attach(transaction)
        let users = EmbeddingPartition(parent: "user_embeddings", key: "user_no", number, dimensions)
        try await users.create(transaction)
        try await transaction.copyIn(users.copy(columns: "user_no, generation, events, embedding")) { writer in
            for row in 0..<draft.users.count {
                try await writer.row(
                    draft.users.numbers[row], number.rawValue, Int64(draft.userEvents[row]),
                    HalfBytes.bytes(draft.users.bits[draft.users.range(of: row)]))
            }
        }
        try await users.attach(transaction)
        try await countInteractions(transaction)
        guard let generation = try await generation(number, transaction) else {
            throw GenerationError.unknown(number)
        }
        return generation
    }

    public func store(_ frontier: Frontier, generation: GenerationNumber) async throws {
        try await withConnection { connection in
            _ = try await connection.query(
                """
                INSERT INTO linden.frontiers (generation, cost_model, host, queries, rows, curves)
                VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (generation) DO UPDATE
                SET cost_model = excluded.cost_model, host = excluded.host, measured_at = now(),
                    queries = excluded.queries, rows = excluded.rows, curves = excluded.curves
                """, generation.rawValue, Int32(frontier.costModel), frontier.host, Int32(frontier.queries),
                Int64(frontier.rows), FrontierJSON.curves(frontier.curves))
        }
    }

    static func generation(fingerprint: [UInt8], _ connection: Connection) async throws -> Generation? {
        try await connection.query(
            "SELECT \(GenerationRow.columns) FROM linden.generations WHERE fingerprint = $1 AND state <> 'dropped'",
            fingerprint
        ).first.map(GenerationRow.generation)
    }

    /// Writes a generation's row and its artefact.
    static func register(
        _ draft: GenerationDraft, as state: GenerationState, _ connection: Connection
    ) async throws -> GenerationNumber {
        let isEmbedded = state != .registered
        let rows = try await connection.query(
            """
            INSERT INTO linden.generations
                (fingerprint, state, ladder, norm_rule, users, items, cutoff, rungs, settings, name)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING generation
            """,
            draft.fingerprint, state.rawValue, draft.ladder.rungs.map(Int32.init), draft.normRule.rawValue,
            Int64(isEmbedded ? draft.users.count : 0), Int64(isEmbedded ? draft.items.count : 0), Int32(draft.cutoff),
            GenerationRow.json(draft.rungs), JSONB(draft.settings), draft.name)
        guard let row = rows.first else { throw GenerationError.unknown(GenerationNumber(0)) }
        let number = GenerationNumber(try row.decode(at: 0))
        try await copyArtefact(draft.artefact, number, connection)
        return number
    }

    /// Bytes of the artefact in one row; a few, so that neither side holds it whole on the wire.
    private static let partSize = 1 << 20

    private static func copyArtefact(
        _ artefact: [UInt8], _ number: GenerationNumber, _ connection: Connection
    ) async throws {
        try await connection.copyIn(
            "COPY linden.generation_parts (generation, part, bytes) FROM STDIN (FORMAT binary)"
        ) { writer in
            for (part, start) in stride(from: 0, to: artefact.count, by: partSize).enumerated() {
                let bytes = Array(artefact[start..<min(start + partSize, artefact.count)])
                try await writer.row(number.rawValue, Int32(part), bytes)
            }
        }
    }

    static func countInteractions(_ connection: Connection) async throws {
        try await connection.query(
            """
            INSERT INTO linden.item_stats (item_no, interactions)
            SELECT item_no, count(*) FROM linden.events GROUP BY item_no
            ON CONFLICT (item_no) DO UPDATE SET interactions = excluded.interactions
            WHERE item_stats.interactions <> excluded.interactions
            """, deadline: .never)
    }
}
