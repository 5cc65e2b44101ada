public import Domain
import JSON
import Postgres

extension PostgresStore: CostModelStore {
    public func costModels() async throws -> [StoredCostModel] {
        try await withConnection { connection in
            try await connection.query(
                """
                SELECT revision, created_at, host, weights, r2, median_error, samples
                FROM linden.cost_models ORDER BY revision DESC
                """
            ).map(CostModelRow.model)
        }
    }

    public func store(costModel draft: CostModelDraft) async throws -> CostModel {
        let statement = try Statement(
            """
            INSERT INTO linden.cost_models (host, weights, r2, median_error, samples)
            VALUES ($1, $2, $3, $4, $5) RETURNING revision
            """,
            draft.host, CostModelRow.json(draft.model), draft.explained, draft.medianError, Int64(draft.samples))
        return try await withConnection { connection in
            guard let row = try await connection.run(statement).first else { throw CostModelRowError.noRevision }
            return draft.model.with(revision: Int(try row.decode(Int32.self, at: 0)))
        }
    }
}

extension PostgresStore: UserSampleSource {
    public func sampleOfUsers(in generation: GenerationNumber, atMost limit: Int) async throws -> UserSample {
        precondition(limit > 0, "A sample of \(limit) users.")
        return try await withConnection { connection in
            let rows = try await connection.query(
                """
                SELECT users.user_id, total
                FROM (SELECT user_no, row_number() OVER (ORDER BY user_no) - 1 AS place, count(*) OVER () AS total
                      FROM linden.user_embeddings WHERE generation = $1) AS stored
                JOIN linden.users USING (user_no)
                WHERE place * least($2, total) % total < least($2, total)
                ORDER BY place
                """, generation.rawValue, Int64(limit))
            let total = try rows.first?.decode(Int64.self, at: 1) ?? 0
            return UserSample(total: Int(total), users: try rows.map { try UserID($0.decode(String.self, at: 0)) })
        }
    }
}

/// A row of `linden.cost_models` as a value.
enum CostModelRow {
    static func model(_ row: Row) throws -> StoredCostModel {
        let (revision, createdAt, host, weights) = try row.decode(
            Int32.self, Timestamptz.self, String.self, JSONB.self)
        let stored = try JSONValue(parsing: Array(weights.text.utf8))
        var known: [CostKind: CostUnits] = [:]
        for member in stored.members ?? [] {
            guard let kind = CostKind(name: member.key), case .integer(let microunits) = member.value, microunits >= 0
            else { throw CostModelRowError.unknownWeight(revision: revision, name: member.key) }
            known[kind] = CostUnits(microunits: microunits)
        }
        // A kind that came after the model was stored has the weight that it shipped with.
        let model = CostModel(revision: Int(revision)) { known[$0] ?? CostModel.shipped[$0] }
        return StoredCostModel(
            draft: CostModelDraft(
                model: model, host: host, explained: try row.decode(Double.self, at: 4),
                medianError: try row.decode(Double.self, at: 5), samples: Int(try row.decode(Int64.self, at: 6))),
            createdAt: Timestamp(microseconds: createdAt.microseconds))
    }

    static func json(_ model: CostModel) -> JSONB {
        let weights = CostKind.allCases.map { kind in
            JSONValue.Member(key: kind.name, value: .integer(model[kind].microunits))
        }
        return JSONB(JSONValue.object(weights).description)
    }
}

/// Thrown when the database holds what only a newer program writes.
enum CostModelRowError: Error, CustomStringConvertible {
    case unknownWeight(revision: Int32, name: String)
    case noRevision

    var description: String {
        switch self {
        case .unknownWeight(let revision, let name):
            "Cost model \(revision) has a weight '\(name)' that this program does not know. Use the newer program that "
                + "wrote it, or run `linden calibrate` again."
        case .noRevision:
            "The cost model was stored without a revision: somebody has changed the table linden.cost_models. "
                + "Run `linden migrate status`."
        }
    }
}
