import JSON

extension OpenAPI {
    static var schemas: JSONValue { .object((requestSchemas.members ?? []) + (answerSchemas.members ?? [])) }

    private static var requestSchemas: JSONValue {
        [
            "ID": Schema.text(1...256, "1 to 256 bytes of UTF-8 without U+0000, compared byte by byte."),
            "TierDocument": [
                "type": "object", "description": "linden-tiers/1; `linden tiers schema` prints its schema.",
            ],
            "Nothing": Schema.object([:], description: "An object without keys."),
            "Attributes": [
                "type": "object", "maxProperties": 64,
                "additionalProperties": Schema.array(Schema.text(0...1_024), 0...256),
            ],
            "Categories": Schema.array(Schema.text(1...256), 0...256),
            "Filter": Schema.object([
                "categories": Schema.array(Schema.text(1...256), 1...256),
                "available": Schema.bool(default: true, "false: items that are not available now may come too."),
                "attributes": Schema.reference("Attributes"),
            ]),
            "Budget": Schema.object([
                "max_cost": Schema.number(0, 1e12, "Ceiling in cost units."),
                "max_latency_ms": Schema.number(1, 60_000, "What has not been done by then is cut."),
            ]),
            "RecommendationRequest": recommendationRequest,
            "Event": Schema.object(
                [
                    "event_id": Schema.reference("ID"), "user_id": Schema.reference("ID"),
                    "item_id": Schema.reference("ID"), "type": Schema.text(1...64, "view, click, purchase …"),
                    "value": Schema.number(-1e30, 1e30, "How much of it: a rating, a duration, a price."),
                    "timestamp": [
                        "description": "RFC 3339 with its time zone, or a number since 1970; now when missing.",
                        "anyOf": [["type": "string", "format": "date-time"], ["type": "integer", "minimum": 0]],
                    ],
                    "recommendation_id": Schema.text(1...64, "The answer that showed the item."),
                ], required: ["event_id", "user_id", "item_id", "type"],
                description: "The same event_id twice is one event."),
            "Events": Schema.object(
                ["events": Schema.array(Schema.reference("Event"), 1...batchLimit)], required: ["events"]),
            "ItemBody": item(required: []),
            "Item": item(required: ["item_id"]),
            "Items": Schema.object(
                ["items": Schema.array(Schema.reference("Item"), 1...batchLimit)], required: ["items"]),
            "UserBody": user(required: []),
            "User": user(required: ["user_id"]),
            "Users": Schema.object(
                ["users": Schema.array(Schema.reference("User"), 1...batchLimit)], required: ["users"]),
        ]
    }

    private static var recommendationRequest: JSONValue {
        Schema.object([
            "user_id": Schema.nullable(Schema.reference("ID")),
            "scene": Schema.text(1...64, "Where in the caller's product."),
            "n": Schema.integer(1...1_000, default: 10),
            "item_id": Schema.nullable(Schema.reference("ID")),
            "session_item_ids": Schema.array(Schema.reference("ID"), 0...1_000),
            "embedding": Schema.nullable(Schema.array(["type": "number"], 1...4_096)),
            "filter": Schema.nullable(Schema.reference("Filter")),
            "exclude_item_ids": Schema.array(Schema.reference("ID"), 0...10_000),
            "exclude_seen": Schema.bool(default: true),
            "tier": Schema.nullable(Schema.text(1...64)),
            "budget": Schema.nullable(Schema.reference("Budget")),
            "value": Schema.number(0, 1e9, "What an answer is worth beside others', above 0."),
            "criticality": [
                "type": "string", "enum": ["critical", "default", "sheddable"],
                "description": "How late the request is turned away when the capacity is short.",
            ],
            "context": [
                "type": "object", "maxProperties": 32,
                "additionalProperties": ["type": ["string", "number", "boolean"], "maxLength": 256],
                "description":
                    "What experiments may be aimed at. `session_id` is the unit of experiments over sessions.",
            ],
            "explain": Schema.bool(default: false),
        ])
    }

    private static func item(required: [String]) -> JSONValue {
        Schema.object(
            [
                "item_id": Schema.reference("ID"), "title": Schema.text(0...4_096),
                "categories": Schema.reference("Categories"), "attributes": Schema.reference("Attributes"),
                "available": Schema.bool(default: true),
            ], required: required)
    }

    private static func user(required: [String]) -> JSONValue {
        Schema.object(
            ["user_id": Schema.reference("ID"), "attributes": Schema.reference("Attributes")], required: required)
    }
}
