import Domain
import JSON
import Postgres

/// A row of `linden.training_runs` as a value.
enum TrainingRunRow {
    static let columns: SQL = """
        run, started_at, cut_before, latest_at, interactions, users, items, seed, settings, cutoff, rungs, seconds,
        outcome, generation, reason, comparison
        """

    static func run(_ row: Row) throws -> TrainingRun {
        let (number, startedAt, before, latest) = try row.decode(
            Int32.self, Timestamptz.self, Timestamptz?.self, Timestamptz?.self)
        let settings = try row.decode(JSONB.self, at: 8).text
        let cut = DataCut(
            before: before.map { Timestamp(microseconds: $0.microseconds) },
            latest: latest.map { Timestamp(microseconds: $0.microseconds) },
            interactions: Int(try row.decode(Int64.self, at: 4)), users: Int(try row.decode(Int64.self, at: 5)),
            items: Int(try row.decode(Int64.self, at: 6)))
        // The column's CHECK lets nothing else in than what fits.
        let seed = UInt64(try row.decode(String.self, at: 7)) ?? 0
        var end = TrainingRunEnd(cutoff: Int(try row.decode(Int32.self, at: 9)), settings: settings)
        end.rungs = try GenerationRow.rungs(from: JSONValue(parsing: row.decode(JSONB.self, at: 10)))
        end.seconds = try row.decode(Double.self, at: 11)
        end.outcome = try outcome(
            row.decode(String.self, at: 12), row.decode(Int32?.self, at: 13).map(GenerationNumber.init),
            reason: row.decode(String.self, at: 14), run: number)
        end.comparison = try row.decode(JSONB?.self, at: 15).map { try comparison(from: JSONValue(parsing: $0)) } ?? nil
        return TrainingRun(
            number: TrainingRunNumber(number), startedAt: Timestamp(microseconds: startedAt.microseconds),
            start: TrainingRunStart(cut: cut, seed: seed, settings: settings), end: end)
    }

    /// The three columns that keep an outcome.
    static func columns(
        of outcome: TrainingOutcome
    ) -> (outcome: String, generation: GenerationNumber?, reason: String) {
        switch outcome {
        case .unfinished: ("unfinished", nil, "")
        case .published(let generation): ("published", generation, "")
        case .refused(let generation, let reason): ("refused", generation, reason)
        case .interrupted: ("interrupted", nil, "")
        case .failed(let reason): ("failed", nil, reason)
        }
    }

    private static func outcome(
        _ word: String, _ generation: GenerationNumber?, reason: String, run: Int32
    ) throws -> TrainingOutcome {
        switch (word, generation) {
        case ("unfinished", _): .unfinished
        case ("published", let generation?): .published(generation)
        case ("refused", let generation): .refused(generation, reason: reason)
        case ("interrupted", _): .interrupted
        case ("failed", _): .failed(reason: reason)
        default: throw TrainingRunRowError.unknownOutcome(run: run, outcome: word)
        }
    }

    static func json(_ comparison: GenerationComparison) -> JSONB {
        let rungs = comparison.rungs.map { rung in
            JSONValue.object([
                "dims": .integer(rung.dimensions), "active": .number(rung.active), "new": .number(rung.new),
                "lower": .number(rung.difference.lowerBound), "upper": .number(rung.difference.upperBound),
            ])
        }
        let value = JSONValue.object([
            "active": .integer(Int(comparison.active.rawValue)), "users": .integer(comparison.users),
            "k": .integer(comparison.cutoff), "may_flatter_active": .bool(comparison.mayFlatterActive),
            "rungs": .array(rungs),
        ])
        return JSONB(value.description)
    }

    private static func comparison(from json: JSONValue) -> GenerationComparison? {
        guard case .integer(let active)? = json["active"], case .integer(let users)? = json["users"],
            case .integer(let cutoff)? = json["k"], case .bool(let flatters)? = json["may_flatter_active"]
        else { return nil }
        let rungs = (json["rungs"]?.elements ?? []).compactMap { rung -> RungComparison? in
            guard case .integer(let dimensions)? = rung["dims"], let lower = rung["lower"]?.double,
                let upper = rung["upper"]?.double, lower <= upper
            else { return nil }
            return RungComparison(
                dimensions: dimensions, active: rung["active"]?.double ?? 0, new: rung["new"]?.double ?? 0,
                difference: lower...upper)
        }
        return GenerationComparison(
            active: GenerationNumber(Int32(clamping: active)), users: users, cutoff: cutoff, rungs: rungs,
            mayFlatterActive: flatters)
    }
}

/// Thrown when the database holds what only a newer program writes.
enum TrainingRunRowError: Error, CustomStringConvertible {
    case unknownOutcome(run: Int32, outcome: String)

    var description: String {
        switch self {
        case .unknownOutcome(let run, let outcome):
            "Training run r\(run) is '\(outcome)', which this program does not know. Use the newer program that wrote it."
        }
    }
}

extension JSONValue {
    /// Reads the text of a `jsonb` value.
    fileprivate init(parsing json: JSONB) throws {
        try self.init(parsing: Array(json.text.utf8))
    }
}
