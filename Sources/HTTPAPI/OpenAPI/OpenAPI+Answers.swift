import Domain
import JSON

extension OpenAPI {
    static var answerSchemas: JSONValue {
        [
            "RecommendationResponse": Schema.answer(
                [
                    "recommendation_id": Schema.string, "generation": Schema.string, "tier": Schema.string,
                    "scene": Schema.string,
                    "experiment": Schema.nullable(
                        Schema.answer(["key": Schema.string, "arm": Schema.string, "config_revision": Schema.count])),
                    "config_revision": Schema.nullable(Schema.count),
                    "items": Schema.array(Schema.reference("RecommendedItem")),
                    "cost": Schema.reference("Cost"),
                    "quality": Schema.answer([
                        "estimated_recall": Schema.nullable(Schema.number(0, 1)), "plan": Schema.string,
                    ]),
                    "degraded": Schema.answer([
                        "is_degraded": ["type": "boolean"], "reasons": Schema.array(Schema.string),
                    ]),
                    "took_ms": Schema.amount,
                    "explain": Schema.reference("Explanation"),
                ], optional: ["explain"]),
            "Explanation": Schema.answer([
                "plans": Schema.array(
                    Schema.answer([
                        "plan": Schema.string, "expected_recall": Schema.nullable(Schema.number(0, 1)),
                        "expected_cost": Schema.amount, "is_paid_for": ["type": "boolean"],
                    ])),
                "chosen": Schema.string, "why": Schema.string, "allotment": Schema.nullable(Schema.amount),
                "lambda": Schema.nullable(Schema.amount),
            ]),
            "RecommendedItem": Schema.answer([
                "item_id": Schema.reference("ID"), "score": ["type": "number"],
                "rank": ["type": "integer", "minimum": 1],
                "reasons": Schema.array(Schema.string),
            ]),
            "Cost": Schema.answer([
                "unit": Schema.string, "budget": Schema.amount, "planned": Schema.amount, "spent": Schema.amount,
                "money_micros": Schema.nullable(Schema.amount), "stages": Schema.array(Schema.reference("Stage")),
            ]),
            "Stage": Schema.answer(
                [
                    "name": Schema.string, "dims": Schema.count, "rows": Schema.count, "cost": Schema.amount,
                    "ms": Schema.amount,
                ], optional: ["dims"]),
            "EventsAccepted": Schema.answer(["accepted": Schema.count, "new": Schema.count]),
            "Stored": Schema.answer(["stored": Schema.count]),
            "Models": Schema.answer([
                "models": Schema.array(Schema.reference("Model")),
                "node": Schema.answer(["active": Schema.nullable(Schema.string), "held": Schema.array(Schema.string)]),
            ]),
            "Active": Schema.answer(["active": Schema.string]),
            "Model": Schema.answer(
                [
                    "generation": Schema.string, "name": Schema.string,
                    "state": ["type": "string", "enum": .array(GenerationState.allCases.map { .string($0.rawValue) })],
                    "ladder": Schema.array(["type": "integer", "minimum": 1]), "norm_rule": Schema.string,
                    "items": Schema.count, "users": Schema.count, "k": Schema.count,
                    "rungs": Schema.array(
                        Schema.answer([
                            "dims": Schema.count, "recall": Schema.number(0, 1), "ndcg": Schema.number(0, 1),
                        ])),
                    "fingerprint": Schema.string,
                ], optional: ["name"]),
            "TiersPublished": Schema.answer([
                "parent": Schema.nullable(Schema.count), "revision": Schema.nullable(Schema.count),
                "sha256": Schema.nullable(Schema.string),
                "changes": Schema.array(
                    Schema.answer(["pointer": Schema.string, "before": [:], "after": [:]])),
                "units": Schema.count, "changed": Schema.count,
                "experiments": Schema.array(
                    Schema.answer([
                        "key": Schema.string, "entered": Schema.count, "left": Schema.count, "switched": Schema.count,
                    ])),
            ]),
            "Experiments": Schema.answer([
                "config_revision": Schema.nullable(Schema.count), "kill_switch": ["type": "boolean"],
                "experiments": Schema.array(["type": "object"]),
            ]),
            "Report": Schema.answer([
                "experiment": Schema.string, "state": Schema.string, "since_revision": Schema.nullable(Schema.count),
                "since": Schema.nullable(Schema.string),
                "sample_ratio_mismatch": Schema.nullable(["type": "object"]),
                "verdict": Schema.array(Schema.string), "primary": Schema.nullable(Schema.string),
                "arms": Schema.array(["type": "object"]), "comparisons": Schema.array(["type": "object"]),
                "interleaving": Schema.nullable(["type": "object"]),
            ]),
            "Assignment": Schema.answer([
                "unit": Schema.string, "layer": Schema.string, "bucket": Schema.nullable(Schema.count),
                "experiment": Schema.nullable(Schema.string), "arm": Schema.nullable(Schema.string),
                "tier": Schema.string, "reason": Schema.string, "is_override": ["type": "boolean"],
            ]),
            "Tiers": Schema.answer([
                "revision": Schema.nullable(Schema.count), "configuration": Schema.reference("TierDocument"),
                "default_tier": Schema.string, "cost_model": Schema.string,
                "tiers": Schema.array(
                    Schema.answer([
                        "name": Schema.string, "generation": Schema.nullable(Schema.string),
                        "plans": Schema.array(
                            Schema.answer(
                                [
                                    "scan_at_least": Schema.count, "shortlist": Schema.count,
                                    "probing": Schema.answer([
                                        "probes_per_root": Schema.amount, "scan_at_least": Schema.count,
                                    ]),
                                ], optional: ["probing"])),
                    ])),
            ]),
            "Health": Schema.answer(
                ["status": Schema.string, "warnings": Schema.array(Schema.string)], optional: ["warnings"]),
            "Document": ["type": "object"],
            "Problem": Schema.answer(
                [
                    "type": Schema.string, "title": Schema.string, "status": ["type": "integer"],
                    "detail": Schema.string, "instance": Schema.string,
                    "errors": Schema.array(
                        Schema.answer([
                            "pointer": [
                                "type": "string",
                                "description": """
                                A JSON pointer into the body, ?name for a parameter of the query, or {name} for \
                                one of the path.
                                """,
                            ],
                            "detail": Schema.string,
                        ])),
                    "budget": Schema.amount, "floor": Schema.amount,
                ], optional: ["detail", "errors", "budget", "floor"]),
        ]
    }
}
