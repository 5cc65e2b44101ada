import JSON
import Postgres

/// Attributes and categories as the `jsonb` columns hold them: each key with a list of texts, keys in order.
enum AttributesJSON {
    static func object(_ attributes: [String: [String]]) -> JSONB {
        let members = attributes.sorted { $0.key < $1.key }.map { key, values in
            JSONValue.Member(key: key, value: .array(values.map(JSONValue.string)))
        }
        return JSONB(JSONValue.object(members).description)
    }

    static func array(_ texts: [String]) -> JSONB {
        JSONB(JSONValue.array(texts.map(JSONValue.string)).description)
    }

    /// Reads what ``object(_:)`` wrote; a single text counts as a list of one.
    static func attributes(from json: JSONB) throws -> [String: [String]] {
        let members = try JSONValue(parsing: Array(json.text.utf8)).members ?? []
        return Dictionary(
            members.map { member in
                (member.key, member.value.text.map { [$0] } ?? (member.value.elements ?? []).compactMap(\.text))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
