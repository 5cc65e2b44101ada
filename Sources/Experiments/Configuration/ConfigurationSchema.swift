public import JSON

extension TierConfiguration {
    /// The published JSON Schema of the documents (draft 2020-12).
    ///
    /// It holds the shape of each object and the range of each number. What the parts ask of each other (names that must
    /// be there, ranges that must be disjoint) no schema says: ``init(_:)`` does.
    public static let schema: JSONValue = .object([
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": .string(schemaName),
        "title": "Linden's tiers and experiments",
        "$ref": "#/$defs/configuration",
        "$defs": .object(
            DocumentObject.allCases.map { JSONValue.Member(key: $0.rawValue, value: SchemaText.object($0)) }
                + [
                    JSONValue.Member(key: "key", value: ["type": "string", "pattern": "^[a-z0-9._-]{1,64}$"]),
                    JSONValue.Member(key: "name", value: ["type": "string", "minLength": 1, "maxLength": 256]),
                    JSONValue.Member(key: "range", value: SchemaText.range),
                    JSONValue.Member(key: "generation", value: SchemaText.generation),
                    JSONValue.Member(key: "condition", value: SchemaText.condition),
                ]),
    ])
}

/// The parts of the schema.
private enum SchemaText {
    static let range: JSONValue = [
        "type": "array", "minItems": 2, "maxItems": 2,
        "items": ["type": "integer", "minimum": 0, "maximum": 1_000_000],
    ]

    static let generation: JSONValue = [
        "oneOf": [
            ["type": "integer", "minimum": 1, "maximum": 2_147_483_647],
            ["type": "string", "pattern": "^g[1-9][0-9]*$"],
        ]
    ]

    static let condition: JSONValue = [
        "oneOf": [
            operation("and", conditions, comparesAttribute: false),
            operation("or", conditions, comparesAttribute: false),
            operation("not", reference("condition"), comparesAttribute: false),
            operation("eq", attributeValue),
            operation("in", ["type": "array", "minItems": 1, "items": attributeValue]),
            operation("lt", ["type": "number"]), operation("gt", ["type": "number"]),
            operation("prefix", reference("name")),
            operation("semver", ["type": "string", "pattern": "^(<=|>=|<|>|=) *[0-9]+\\.[0-9]+\\.[0-9]+"]),
        ]
    ]

    private static let conditions: JSONValue = ["type": "array", "minItems": 1, "items": reference("condition")]
    private static let attributeValue: JSONValue = ["type": ["string", "number", "boolean"]]

    private static func operation(_ word: String, _ operand: JSONValue, comparesAttribute: Bool = true) -> JSONValue {
        closed(comparesAttribute ? [("attr", reference("name")), (word, operand)] : [(word, operand)]) { _ in true }
    }

    static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/\(name)")] }

    /// The schema of one kind of object.
    static func object(_ kind: DocumentObject) -> JSONValue {
        closed(kind.properties) { kind.requiredKeys.contains($0) }
    }

    private static func closed(
        _ properties: [(String, JSONValue)], isRequired: (String) -> Bool
    ) -> JSONValue {
        let required = properties.map(\.0).filter(isRequired)
        return .object([
            "type": "object",
            "additionalProperties": false,
            "required": required.isEmpty ? JSONValue?.none : .array(required.map { .string($0) }),
            "properties": .object(properties.map { JSONValue.Member(key: $0, value: $1) }),
        ])
    }
}

extension DocumentObject {
    fileprivate var requiredKeys: [String] {
        switch self {
        case .configuration: ["schema", "hash_version", "tiers", "default_tier"]
        case .boost: ["when", "factor"]
        case .boostCategory: ["category"]
        case .boostAttribute: ["attribute", "equals"]
        case .layer: ["key", "salt"]
        case .holdout: ["key", "range_ppm"]
        case .experiment: ["key", "layer", "salt", "state", "range_ppm", "arms"]
        case .arm: ["key", "range_ppm"]
        case .metrics: ["primary"]
        case .guardrail: ["metric"]
        case .interleaving: ["share_ppm"]
        case .tier, .rules, .analysis: []
        }
    }

    fileprivate var properties: [(String, JSONValue)] {
        let key = SchemaText.reference("key")
        let name = SchemaText.reference("name")
        let range = SchemaText.reference("range")
        switch self {
        case .configuration:
            return [
                ("schema", ["const": .string(TierConfiguration.schemaName)]),
                ("hash_version", ["const": .integer(TierConfiguration.hashVersion)]),
                ("revision", ["type": "integer", "minimum": 0]),
                ("tiers", map(to: SchemaText.reference("tier"), keys: key)), ("default_tier", key), ("floor_tier", key),
                ("scenes", map(to: key, keys: key)), ("layers", list(of: .layer)), ("holdouts", list(of: .holdout)),
                ("experiments", list(of: .experiment)), ("kill_switch", ["type": "boolean"]),
            ]
        case .tier: return tierProperties
        case .rules: return [("max_per_category", integer(1, 1_000)), ("boosts", list(of: .boost))]
        case .boost:
            let conditions: JSONValue = [
                SchemaText.reference("boostCategory"), SchemaText.reference("boostAttribute"),
            ]
            return [("when", ["oneOf": conditions]), ("factor", above0(upTo: 10))]
        case .boostCategory: return [("category", name)]
        case .boostAttribute: return [("attribute", name), ("equals", name)]
        case .layer: return [("key", key), ("salt", key), ("unit", words(ExperimentLayer.Unit.self))]
        case .holdout: return [("key", key), ("layer", key), ("salt", key), ("range_ppm", range)]
        case .experiment:
            return [
                ("key", key), ("layer", key), ("salt", key), ("state", words(Experiment.State.self)),
                ("range_ppm", range),
                ("targeting", SchemaText.reference("condition")), ("arms", list(of: .arm, atLeast: 1)),
                ("overrides", map(to: key, keys: name)), ("metrics", SchemaText.reference("metrics")),
                ("analysis", SchemaText.reference("analysis")), ("interleaving", SchemaText.reference("interleaving")),
            ]
        case .arm:
            return [
                ("key", key), ("range_ppm", range), ("tier", key), ("generation", SchemaText.reference("generation")),
            ]
        case .metrics: return [("primary", key), ("cuped_covariate", key), ("guardrails", list(of: .guardrail))]
        case .guardrail:
            return [
                ("metric", key), ("max", ["type": "number"]), ("max_ratio", above0(upTo: 1e9)),
                ("min", ["type": "number"]),
            ]
        case .analysis:
            return [
                ("method", words(ExperimentAnalysis.Method.self)), ("alpha", above0(upTo: 0.5)),
                ("mde", above0(upTo: 1e9)), ("max_days", integer(1, 365)),
            ]
        case .interleaving: return [("share_ppm", integer(1, 1_000_000))]
        }
    }

    private var tierProperties: [(String, JSONValue)] {
        let levels = TierDefinition.levels
        return [
            ("max_cost", above0(upTo: 1e12)), ("prefix_dims", integer(1, 4_096)), ("candidates", integer(1, 1_000_000)),
            ("rank_dims", integer(0, 4_096)), ("floor", integer(levels.lowerBound, levels.upperBound)),
            ("ceiling", integer(levels.lowerBound, levels.upperBound)),
            ("generation", SchemaText.reference("generation")), ("value", above0(upTo: 1e9)),
            ("deadline_ms", integer(1, 600_000)), ("criticality", words(TierDefinition.Criticality.self)),
            ("fallback", SchemaText.reference("key")), ("rules", SchemaText.reference("rules")),
        ]
    }

    private func list(of kind: DocumentObject, atLeast count: Int = 0) -> JSONValue {
        ["type": "array", "minItems": .integer(count), "items": SchemaText.reference(kind.rawValue)]
    }

    private func map(to value: JSONValue, keys: JSONValue) -> JSONValue {
        ["type": "object", "propertyNames": keys, "additionalProperties": value]
    }

    private func integer(_ least: Int, _ most: Int) -> JSONValue {
        ["type": "integer", "minimum": .integer(least), "maximum": .integer(most)]
    }

    private func above0(upTo most: Double) -> JSONValue {
        ["type": "number", "exclusiveMinimum": 0, "maximum": .number(most)]
    }

    private func words<Word: RawRepresentable<String> & CaseIterable>(_: Word.Type) -> JSONValue {
        ["enum": .array(Word.allCases.map { .string($0.rawValue) })]
    }
}
