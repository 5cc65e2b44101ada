import Domain
import JSON
import Postgres

/// A row of `linden.generations` as a value.
enum GenerationRow {
    static let columns: SQL = """
        generation, fingerprint, state, ladder, norm_rule, users, items, cutoff, rungs, name
        """

    static func generation(_ row: Row) throws -> Generation {
        let (number, fingerprint, state, ladder, normRule, users, items, cutoff, rungs, name) = try row.decode(
            Int32.self, [UInt8].self, String.self, [Int32].self, String.self, Int64.self, Int64.self, Int32.self,
            JSONB.self, String?.self)
        guard let state = GenerationState(rawValue: state), let normRule = NormRule(rawValue: normRule) else {
            throw GenerationRowError.unknownWord(generation: number, state: state, normRule: normRule)
        }
        return Generation(
            number: GenerationNumber(number), fingerprint: fingerprint, ladder: try PrefixLadder(ladder.map(Int.init)),
            normRule: normRule, state: state, users: Int(users), items: Int(items), cutoff: Int(cutoff),
            rungs: try Self.rungs(from: JSONValue(parsing: Array(rungs.text.utf8))), name: name)
    }

    static func json(_ rungs: [RungQuality]) -> JSONB {
        let values = rungs.map { rung in
            JSONValue.object([
                "dims": .integer(rung.dimensions), "recall": .number(rung.recall), "ndcg": .number(rung.ndcg),
            ])
        }
        return JSONB(JSONValue.array(values).description)
    }

    static func rungs(from json: JSONValue) throws -> [RungQuality] {
        (json.elements ?? []).compactMap { rung in
            guard case .integer(let dimensions)? = rung["dims"] else { return nil }
            return RungQuality(
                dimensions: dimensions, recall: rung["recall"]?.double ?? 0, ndcg: rung["ndcg"]?.double ?? 0)
        }
    }
}

extension JSONValue {
    /// A number of either kind.
    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

/// Thrown when the database holds what only a newer program writes.
enum GenerationRowError: Error, CustomStringConvertible {
    case unknownWord(generation: Int32, state: String, normRule: String)

    var description: String {
        switch self {
        case .unknownWord(let generation, let state, let normRule):
            "Generation g\(generation) is '\(state)' by the rule '\(normRule)', which this program does not know. "
                + "Use the newer program that wrote it."
        }
    }
}
