import JSON

/// Small pieces of JSON Schema.
enum Schema {
    /// An object without other keys; those of `required` must be there.
    static func object(
        _ properties: KeyValuePairs<String, JSONValue>, required: [String] = [], description: String? = nil
    ) -> JSONValue {
        .object([
            "type": "object",
            "description": description.map(JSONValue.string),
            "properties": .object(properties.map { JSONValue.Member(key: $0, value: $1) }),
            "required": required.isEmpty ? nil : .array(required.map(JSONValue.string)),
            "additionalProperties": false,
        ])
    }

    /// An answer's object: all keys are there, later versions may add more.
    static func answer(_ properties: KeyValuePairs<String, JSONValue>, optional: [String] = []) -> JSONValue {
        .object([
            "type": "object",
            "properties": .object(properties.map { JSONValue.Member(key: $0, value: $1) }),
            "required": .array(properties.map(\.key).filter { !optional.contains($0) }.map(JSONValue.string)),
        ])
    }

    static func reference(_ name: String) -> JSONValue { OpenAPI.reference("schemas", name) }

    /// The schema, or null.
    static func nullable(_ schema: JSONValue) -> JSONValue { ["anyOf": [schema, ["type": "null"]]] }

    static func array(_ items: JSONValue, _ count: ClosedRange<Int>? = nil) -> JSONValue {
        .object([
            "type": "array", "items": items,
            "minItems": count.map { .integer($0.lowerBound) }, "maxItems": count.map { .integer($0.upperBound) },
        ])
    }

    static func integer(_ range: ClosedRange<Int>, default value: Int? = nil) -> JSONValue {
        .object([
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
            "default": value.map(JSONValue.integer),
        ])
    }

    static func number(_ minimum: Double, _ maximum: Double, _ description: String? = nil) -> JSONValue {
        .object([
            "type": "number", "description": description.map(JSONValue.string), "minimum": .number(minimum),
            "maximum": .number(maximum),
        ])
    }

    /// A string; JSON Schema counts characters where the service counts bytes, so that only the lower bound is exact.
    static func text(_ length: ClosedRange<Int>, _ description: String? = nil) -> JSONValue {
        .object([
            "type": "string", "description": description.map(JSONValue.string),
            "minLength": .integer(length.lowerBound), "maxLength": .integer(length.upperBound),
        ])
    }

    static func bool(default value: Bool, _ description: String? = nil) -> JSONValue {
        .object(["type": "boolean", "description": description.map(JSONValue.string), "default": .bool(value)])
    }

    static let count: JSONValue = ["type": "integer", "minimum": 0]
    static let amount: JSONValue = ["type": "number", "minimum": 0]
    static let string: JSONValue = ["type": "string"]
}
