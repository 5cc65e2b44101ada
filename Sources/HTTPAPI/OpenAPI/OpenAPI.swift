import HTTPTypes
import JSON

/// The OpenAPI 3.1 document of the routes.
enum OpenAPI {
    static let operation = Operation(
        id: "openapi", summary: "This document.", tag: "operation", status: 200, answer: .json("Document"))

    /// Describes routes, and ``operation`` with them.
    static func document(of routes: [Route]) -> JSONValue {
        let described =
            routes.map { ($0.template, $0.method.rawValue.lowercased(), $0.operation) }
            + [("/openapi.json", "get", operation)]
        var paths: [(template: String, methods: [JSONValue.Member])] = []
        for (template, method, operation) in described {
            let member = JSONValue.Member(key: method, value: json(operation))
            if let known = paths.firstIndex(where: { $0.template == template }) {
                paths[known].methods.append(member)
            } else {
                paths.append((template, [member]))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Linden", "version": "0.1.0",
                "description": """
                Recommendations under a cost budget, with a receipt. Bodies are strict JSON: unknown and duplicate \
                keys, trailing commas, NaN and U+0000 are refused by name. A key that is null counts as missing.
                """,
            ],
            "paths": .object(paths.map { JSONValue.Member(key: $0.template, value: .object($0.methods)) }),
            "components": [
                "parameters": parameters, "responses": ["Problem": problemResponse], "schemas": schemas,
            ],
        ]
    }

    private static func json(_ operation: Operation) -> JSONValue {
        let problems = [400, 500] + operation.problems
        let answers = [JSONValue.Member(key: String(operation.status), value: json(operation.answer))]
        return .object([
            "operationId": .string(operation.id),
            "summary": .string(operation.summary),
            "tags": [.string(operation.tag)],
            "parameters": operation.parameters.isEmpty
                ? nil : .array(operation.parameters.map { reference("parameters", $0) }),
            "requestBody": operation.body.map { body in
                [
                    "required": true,
                    "content": ["application/json": ["schema": reference("schemas", body)]],
                ]
            },
            "responses": .object(
                answers
                    + problems.sorted().map { status in
                        JSONValue.Member(key: String(status), value: reference("responses", "Problem"))
                    }),
        ])
    }

    private static func json(_ answer: Operation.Answer) -> JSONValue {
        switch answer {
        case .json(let schema):
            [
                "description": "Done.",
                "content": ["application/json": ["schema": reference("schemas", schema)]],
            ]
        case .text(let type):
            ["description": "Done.", "content": .object([.init(key: type, value: ["schema": ["type": "string"]])])]
        case .nothing:
            ["description": "Done."]
        }
    }

    static func reference(_ kind: String, _ name: String) -> JSONValue {
        ["$ref": .string("#/components/\(kind)/\(name)")]
    }

    private static var problemResponse: JSONValue {
        [
            "description": "The request was refused or failed; `errors` says where.",
            "content": ["application/problem+json": ["schema": reference("schemas", "Problem")]],
        ]
    }

    private static var parameters: JSONValue {
        [
            "UserID": path("id", "The user's id, percent-encoded."),
            "ItemID": path("id", "The item's id, percent-encoded."),
            "If-Match": [
                "name": "If-Match", "in": "header", "required": true,
                "description": "The revision that the configuration was written for: the ETag of GET /v1/tiers.",
                "schema": ["type": "string"],
            ],
            "actor": query("actor", "Who asks, for the history.", ["type": "string", "maxLength": 256]),
            "reason": query("reason", "Why, for the history.", ["type": "string", "maxLength": 4_096]),
            "ExperimentKey": path("key", "The experiment's key."),
            "Generation": path("id", "The generation, such as g3."),
            "n": query("n", "Items wanted.", ["type": "integer", "minimum": 1, "maximum": 1_000, "default": 10]),
            "scene": query(
                "scene", "Where in the caller's product.",
                ["type": "string", "minLength": 1, "maxLength": 64, "default": "home"]),
            "tier": query(
                "tier", "A serving tier of GET /v1/tiers.", ["type": "string", "minLength": 1, "maxLength": 64]),
        ]
    }

    private static func path(_ name: String, _ description: String) -> JSONValue {
        [
            "name": .string(name), "in": "path", "required": true, "description": .string(description),
            "schema": reference("schemas", "ID"),
        ]
    }

    private static func query(_ name: String, _ description: String, _ schema: JSONValue) -> JSONValue {
        ["name": .string(name), "in": "query", "description": .string(description), "schema": schema]
    }
}
