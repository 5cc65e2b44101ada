import Domain
public import JSON
public import Serving

extension RecommendationResponse {
    /// The answer as `POST /v1/recommendations` and `linden recommend --json` give it.
    public var json: JSONValue {
        .object([
            "recommendation_id": .string(recommendationID),
            "generation": .string(generation.description),
            "tier": .string(tier),
            "scene": .string(scene),
            "experiment": experiment.map { experiment in
                [
                    "key": .string(experiment.key), "arm": .string(experiment.arm),
                    "config_revision": tierRevision.map { .integer(Int($0)) } ?? .null,
                ]
            } ?? .null,
            "config_revision": tierRevision.map { .integer(Int($0)) } ?? .null,
            "items": .array(items.map(\.json)),
            "cost": cost.json,
            "quality": [
                "estimated_recall": estimatedRecall.map(JSONValue.number) ?? .null,
                "plan": .string(plan),
            ],
            "degraded": [
                "is_degraded": .bool(!degradation.isEmpty),
                "reasons": .array(degradation.map { .string($0.rawValue) }),
            ],
            "took_ms": took.millisecondsJSON,
            "explain": explanation?.json,
        ])
    }
}

extension RecommendedItem {
    fileprivate var json: JSONValue {
        [
            "item_id": .string(itemID.text),
            "score": score.shortestJSON,
            "rank": .integer(rank),
            "reasons": .array(reasons.map(JSONValue.string)),
        ]
    }
}

extension CostReport {
    fileprivate var json: JSONValue {
        [
            "unit": .string("linden-cost/\(modelRevision)"),
            "budget": budget.json,
            "planned": planned.json,
            "spent": spent.json,
            "money_micros": moneyMicros.map(JSONValue.number) ?? .null,
            "stages": .array(stages.map(\.json)),
        ]
    }
}

extension StageReport {
    fileprivate var json: JSONValue {
        .object([
            "name": .string(name),
            "dims": dimensions > 0 ? .integer(dimensions) : nil,
            "rows": .integer(rows),
            "cost": cost.json,
            "ms": duration.millisecondsJSON,
        ])
    }
}

extension RequestExplanation {
    fileprivate var json: JSONValue {
        [
            "plans": .array(
                plans.map { plan in
                    [
                        "plan": .string(plan.name),
                        "expected_recall": plan.expectedRecall.map(JSONValue.number) ?? .null,
                        "expected_cost": plan.expectedCost.json,
                        "is_paid_for": .bool(plan.isPaidFor),
                    ]
                }),
            "chosen": .string(chosen),
            "why": .string(reason),
            "allotment": allotment?.json ?? .null,
            "lambda": lambda.map(JSONValue.number) ?? .null,
        ]
    }
}
