public import Domain
import Postgres

extension PostgresStore: TrainingRunStore {
    public func begin(_ start: TrainingRunStart) async throws -> TrainingRunNumber {
        try await withConnection { connection in
            try await connection.transaction { transaction in
                try await transaction.query(
                    "UPDATE linden.training_runs SET outcome = 'interrupted' WHERE outcome = 'unfinished'")
                let rows = try await transaction.query(
                    """
                    INSERT INTO linden.training_runs
                        (cut_before, latest_at, interactions, users, items, seed, settings)
                    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING run
                    """,
                    start.cut.before.map { Timestamptz(microseconds: $0.microseconds) },
                    start.cut.latest.map { Timestamptz(microseconds: $0.microseconds) }, Int64(start.cut.interactions),
                    Int64(start.cut.users), Int64(start.cut.items), String(start.seed), JSONB(start.settings))
                guard let row = rows.first else { throw TrainingRunError.unknown(TrainingRunNumber(0)) }
                return TrainingRunNumber(try row.decode(at: 0))
            }
        }
    }

    public func finish(_ run: TrainingRunNumber, _ end: TrainingRunEnd) async throws {
        let row = TrainingRunRow.columns(of: end.outcome)
        let statement = try Statement(
            """
            UPDATE linden.training_runs
            SET outcome = $2, generation = $3, reason = $4, seconds = $5, cutoff = $6, rungs = $7, comparison = $8,
                settings = $9
            WHERE run = $1
            """,
            run.rawValue, row.outcome, row.generation?.rawValue, row.reason, end.seconds, Int32(end.cutoff),
            GenerationRow.json(end.rungs), end.comparison.map(TrainingRunRow.json(_:)), JSONB(end.settings))
        try await withConnection { connection in
            guard try await connection.run(statement).affected == 1 else { throw TrainingRunError.unknown(run) }
        }
    }

    public func trainingRuns() async throws -> [TrainingRun] {
        try await withConnection { connection in
            try await connection.query(
                "SELECT \(TrainingRunRow.columns) FROM linden.training_runs ORDER BY run DESC"
            ).map(TrainingRunRow.run)
        }
    }
}

/// Why a training run cannot be recorded.
public enum TrainingRunError: Error, Equatable, CustomStringConvertible {
    case unknown(TrainingRunNumber)

    public var description: String {
        switch self {
        case .unknown(let run):
            "There is no training run \(run): its record was taken away. `linden models list --runs` shows those there are."
        }
    }
}
