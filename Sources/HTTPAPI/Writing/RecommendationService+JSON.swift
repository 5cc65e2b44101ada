import Domain
import Experiments
import JSON
import Planning
import Serving

extension RecommendationService {
    /// The tiers as `GET /v1/tiers` shows them.
    var tiersJSON: JSONValue {
        [
            "default_tier": .string(tiers.defaultTier),
            "cost_model": .string("linden-cost/\(planner.model.revision)"),
            "tiers": .array(
                tiers.tiers.map { tier in
                    [
                        "name": .string(tier.name),
                        "generation": tier.generation.map { .string($0.description) } ?? .null,
                        "plans": .array(tier.plans.map { planner.templates[$0].json }),
                    ]
                }),
        ]
    }
}

extension PlanTemplate {
    fileprivate var json: JSONValue {
        .object([
            "scan_at_least": .integer(scanAtLeast), "shortlist": .integer(shortlist),
            "probing": probing.map {
                ["probes_per_root": .number($0.perRoot), "scan_at_least": .integer($0.scanAtLeast)]
            },
        ])
    }
}
