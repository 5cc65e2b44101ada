public import Domain
import JSON
import Postgres

extension PostgresStore: GenerationStore {
    public func generations() async throws -> [Generation] {
        try await withConnection { connection in
            try await connection.query(
                "SELECT \(GenerationRow.columns) FROM linden.generations ORDER BY generation DESC"
            ).map(GenerationRow.generation)
        }
    }

    public func activeGeneration() async throws -> GenerationNumber? {
        try await withConnection { connection in
            try await connection.query("SELECT generation FROM linden.generations WHERE state = 'active'").first
                .map { row in GenerationNumber(try row.decode(at: 0)) }
        }
    }

    public func standings() async throws -> [GenerationStanding] {
        try await withConnection { connection in
            try await connection.query(
                """
                SELECT generation, state FROM linden.generations WHERE state <> 'dropped'
                ORDER BY (generation = (SELECT replaced FROM linden.generations WHERE state = 'active')) DESC NULLS LAST,
                    activated_at DESC NULLS LAST, generation DESC
                """
            ).compactMap { row in
                let (number, state) = try row.decode(Int32.self, String.self)
                // A state that only a newer program knows is none that this one serves.
                return GenerationState(rawValue: state).map {
                    GenerationStanding(number: GenerationNumber(number), state: $0)
                }
            }
        }
    }

    public func head(of number: GenerationNumber) async throws -> GenerationHead {
        try await withConnection { connection in
            guard let generation = try await Self.generation(number, connection) else {
                throw GenerationError.unknown(number)
            }
            return GenerationHead(
                generation: generation, frontier: try await Self.frontier(of: number, connection),
                store: try await Self.history(connection))
        }
    }

    public func artefact(of number: GenerationNumber) async throws -> [UInt8] {
        try await withConnection { connection in
            guard try await Self.generation(number, connection) != nil else { throw GenerationError.unknown(number) }
            return try await Self.artefact(of: number, connection)
        }
    }

    /// Reads a generation whole.
    ///
    /// One COPY joins items, counts and embeddings by their keys, in the keys' order, so that neither side holds more than
    /// a few rows of it.
    ///
    /// They are parsed and taken in on a thread that yields to requests.
    public func load<Loading: ~Copyable>(
        _ number: GenerationNumber, begin: (PublishedGeneration) throws -> Loading,
        add: (inout Loading, StoredItem, _ embedding: [UInt16]?) throws -> Void
    ) async throws -> Loading {
        var loading: Loading?
        try await YieldingExecutor.run {
            try await read(number, into: &loading, begin: begin, add: add)
        }
        guard let loading else { throw GenerationError.unknown(number) }
        return loading
    }

    private func read<Loading: ~Copyable>(
        _ number: GenerationNumber, into loading: inout Loading?, begin: (PublishedGeneration) throws -> Loading,
        add: (inout Loading, StoredItem, _ embedding: [UInt16]?) throws -> Void
    ) async throws {
        try await withConnection { connection in
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                guard let generation = try await Self.generation(number, transaction) else {
                    throw GenerationError.unknown(number)
                }
                let snapshots = try await transaction.query("SELECT pg_current_snapshot()::text")
                guard let snapshot = try snapshots.first?.decode(String.self, at: 0) else {
                    throw GenerationError.unknown(number)
                }
                loading = try begin(
                    PublishedGeneration(
                        generation: generation, frontier: try await Self.frontier(of: number, transaction),
                        artefact: try await Self.artefact(of: number, transaction),
                        position: FeedPosition(token: snapshot)))
                try await Self.embeddedItems(of: number, transaction) { item, embedding in
                    // `begin` has returned, or thrown.
                    guard var filling = loading.take() else { return }
                    try add(&filling, item, embedding)
                    loading = consume filling
                }
            }
        }
    }

    public func store(itemEmbeddings: HalfEmbeddings, generation: GenerationNumber) async throws {
        let statement = try Statement(
            """
            INSERT INTO linden.item_embeddings (item_no, generation, embedding)
            SELECT item_no, $1, embedding FROM unnest($2::bigint[], $3::bytea[]) AS new (item_no, embedding)
            -- In one order, so that two writers never wait for each other.
            ORDER BY item_no
            ON CONFLICT (item_no, generation) DO UPDATE SET embedding = excluded.embedding
            WHERE item_embeddings.embedding <> excluded.embedding
            """,
            generation.rawValue, itemEmbeddings.numbers, Self.rows(itemEmbeddings))
        try await withConnection { connection in _ = try await connection.run(statement) }
    }

    static func generation(_ number: GenerationNumber, _ connection: Connection) async throws -> Generation? {
        try await connection.query(
            "SELECT \(GenerationRow.columns) FROM linden.generations WHERE generation = $1", number.rawValue
        ).first.map(GenerationRow.generation)
    }

    private static func artefact(of number: GenerationNumber, _ connection: Connection) async throws -> [UInt8] {
        let parts: SQL = """
            COPY (SELECT bytes FROM linden.generation_parts WHERE generation = \(literal: Int64(number.rawValue))
                  ORDER BY part) TO STDOUT (FORMAT binary)
            """
        var artefact: [UInt8] = []
        try await connection.copyOut(parts) { row in artefact += try row.decode([UInt8].self, at: 0) }
        return artefact
    }

    static func items(_ connection: Connection) async throws -> [StoredItem] {
        let items: SQL = """
            COPY (SELECT \(StoredItemRow.columns)
                  FROM linden.items LEFT JOIN linden.item_stats AS stats USING (item_no)
                  WHERE NOT deleted ORDER BY item_no) TO STDOUT (FORMAT binary)
            """
        var stored: [StoredItem] = []
        try await connection.copyOut(items) { row in
            stored.append(try StoredItemRow.item(number: row.decode(at: 0), in: row, from: 1))
        }
        return stored
    }

    /// Hands on the items that are not deleted, by number, with the bits of their embeddings.
    private static func embeddedItems(
        of generation: GenerationNumber, _ connection: Connection, _ body: (StoredItem, [UInt16]?) throws -> Void
    ) async throws {
        // A hash join would put the embeddings into temporary files, and a sort everything.
        try await connection.query("SET LOCAL enable_hashjoin = off")
        try await connection.query("SET LOCAL enable_sort = off")
        let items: SQL = """
            COPY (SELECT \(StoredItemRow.columns), embeddings.embedding
                  FROM linden.items
                  LEFT JOIN linden.item_stats AS stats USING (item_no)
                  LEFT JOIN linden.item_embeddings AS embeddings
                      ON embeddings.item_no = items.item_no
                     AND embeddings.generation = \(literal: Int64(generation.rawValue))
                  WHERE NOT deleted ORDER BY items.item_no) TO STDOUT (FORMAT binary)
            """
        try await connection.copyOut(items) { row in
            let embedding = row.isNull(at: 7) ? nil : try row.withBytes(at: 7, HalfBytes.bits)
            try body(try StoredItemRow.item(number: row.decode(at: 0), in: row, from: 1), embedding)
        }
    }

    /// Tells this database from every other, and from itself before it was set back to a backup.
    ///
    /// A database that is set back goes on under a new timeline; one that was copied has another number.
    private static func history(_ connection: Connection) async throws -> String {
        let rows = try await connection.query(
            """
            SELECT format('%s/%s/%s', system.system_identifier, checkpoint.timeline_id, database.oid)
            FROM pg_control_system() AS system, pg_control_checkpoint() AS checkpoint, pg_database AS database
            WHERE database.datname = current_database()
            """)
        return try rows.first?.decode(String.self, at: 0) ?? ""
    }

    /// What was measured of a generation; `nil`, as before any measurement, where another version wrote it in another form:
    /// it is measured anew as any that is not there.
    private static func frontier(of number: GenerationNumber, _ connection: Connection) async throws -> Frontier? {
        try await connection.query(
            "SELECT cost_model, host, queries, rows, curves FROM linden.frontiers WHERE generation = $1",
            number.rawValue
        ).first.flatMap { row in
            let (model, host, queries, rows, curves) = try row.decode(
                Int32.self, String.self, Int32.self, Int64.self, JSONB.self)
            guard let curves = try FrontierJSON.curves(from: curves) else { return nil }
            return Frontier(
                costModel: Int(model), host: host, queries: Int(queries), rows: Int(rows), curves: curves)
        }
    }
}
