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

    public func load(_ number: GenerationNumber) async throws -> PublishedGeneration {
        try await withConnection { connection in
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                guard let generation = try await Self.generation(number, transaction) else {
                    throw GenerationError.unknown(number)
                }
                let snapshots = try await transaction.query("SELECT pg_current_snapshot()::text")
                guard let snapshot = try snapshots.first?.decode(String.self, at: 0) else {
                    throw GenerationError.unknown(number)
                }
                return PublishedGeneration(
                    generation: generation,
                    artefact: try await Self.artefact(of: number, transaction),
                    items: try await Self.items(transaction),
                    embeddings: try await Self.itemEmbeddings(of: generation, transaction),
                    frontier: try await Self.frontier(of: number, transaction),
                    position: FeedPosition(token: snapshot)
                )
            }
        }
    }

    public func store(itemEmbeddings: HalfEmbeddings, generation: GenerationNumber) async throws {
        let rows = (0..<itemEmbeddings.count).map { HalfBytes.bytes(itemEmbeddings.bits[itemEmbeddings.range(of: $0)]) }
        let statement = try Statement(
            """
            INSERT INTO linden.item_embeddings (item_no, generation, embedding)
            SELECT item_no, $1, embedding FROM unnest($2::bigint[], $3::bytea[]) AS new (item_no, embedding)
            ON CONFLICT (item_no, generation) DO UPDATE SET embedding = excluded.embedding
            WHERE item_embeddings.embedding <> excluded.embedding
            """,
            generation.rawValue, itemEmbeddings.numbers, rows)
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

    private static func itemEmbeddings(
        of generation: Generation, _ connection: Connection
    ) async throws -> HalfEmbeddings {
        let embeddings: SQL = """
            COPY (SELECT item_no, embedding FROM linden.item_embeddings
                  WHERE generation = \(literal: Int64(generation.number.rawValue)) ORDER BY item_no)
            TO STDOUT (FORMAT binary)
            """
        var numbers: [Int64] = []
        var bits: [UInt16] = []
        try await connection.copyOut(embeddings) { row in
            numbers.append(try row.decode(at: 0))
            bits += HalfBytes.bits(try row.decode([UInt8].self, at: 1))
        }
        return HalfEmbeddings(dimensions: generation.ladder.fullLength, numbers: numbers, bits: bits)
    }

    private static func frontier(of number: GenerationNumber, _ connection: Connection) async throws -> [FrontierPoint]
    {
        try await connection.query(
            """
            SELECT plan, recall, cost_microunits FROM linden.frontier_points
            WHERE generation = $1 AND cost_model = (SELECT max(cost_model) FROM linden.frontier_points
                                                    WHERE generation = $1)
            ORDER BY cost_microunits
            """, number.rawValue
        ).map { row in
            let (plan, recall, cost) = try row.decode(String.self, Double.self, Int64.self)
            return FrontierPoint(plan: plan, recall: recall, cost: CostUnits(microunits: Int(cost)))
        }
    }
}

/// Why a generation could not be had.
public enum GenerationError: Error, Equatable, CustomStringConvertible {
    case unknown(GenerationNumber)

    public var description: String {
        switch self {
        case .unknown(let number):
            "There is no generation \(number). `linden models list` shows those there are."
        }
    }
}
