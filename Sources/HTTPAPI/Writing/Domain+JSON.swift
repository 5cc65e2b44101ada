public import Domain
public import JSON

extension CostUnits {
    /// The amount in units; a whole one without a fraction.
    var json: JSONValue {
        microunits % 1_000_000 == 0 ? .integer(microunits / 1_000_000) : .number(units)
    }
}

extension Duration {
    /// Milliseconds, to the microsecond.
    var millisecondsJSON: JSONValue { .number(Double(wholeMicroseconds) / 1_000) }

    /// Whole microseconds, the rest cut.
    var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}

extension Float {
    /// The shortest decimal that reads back as this value: 0.91, not 0.9100000262.
    var shortestJSON: JSONValue { .number(Double(description) ?? Double(self)) }
}

extension Generation {
    /// The generation as `GET /v1/models` and `linden models list --json` show it.
    public var json: JSONValue {
        .object([
            "generation": .string(number.description),
            "name": name.map(JSONValue.string),
            "state": .string(state.rawValue),
            "ladder": .array(ladder.rungs.map(JSONValue.integer)),
            "norm_rule": .string(normRule.rawValue),
            "items": .integer(items),
            "users": .integer(users),
            "k": .integer(cutoff),
            "rungs": .array(
                rungs.map { rung in
                    ["dims": .integer(rung.dimensions), "recall": .number(rung.recall), "ndcg": .number(rung.ndcg)]
                }),
            "fingerprint": .string(Self.hexadecimal(fingerprint)),
        ])
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
