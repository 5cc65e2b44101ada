public import Domain
import Experiments
public import JSON
import Planning
public import Serving

extension RecommendationService {
    /// Tiers as `GET /v1/tiers` shows them.
    func json(of tiers: TiersInForce) -> JSONValue {
        [
            "revision": tiers.revision.map { .integer(Int($0)) } ?? .null,
            "default_tier": .string(tiers.configuration.defaultTier),
            "cost_model": .string("linden-cost/\(planner.model.revision)"),
            "tiers": .array(
                tiers.fromCheapest.map { tier in
                    [
                        "name": .string(tier.name),
                        "generation": tier.generation.map { .string($0.description) } ?? .null,
                        "plans": .array(tier.plans.map { planner.templates[$0].json }),
                    ]
                }),
            "configuration": tiers.configuration.canonical,
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

extension TierPublisher.Proposal {
    /// What a document changes, as `PUT /v1/tiers` and `linden tiers diff|apply --json` give it.
    public func json(published: TierRevision?) -> JSONValue {
        .object([
            "parent": parent.map { .integer(Int($0.number)) } ?? .null,
            "revision": published.map { .integer(Int($0.number)) } ?? .null,
            "sha256": published.map { .string($0.draft.sha256) } ?? .null,
            "changes": .array(
                diff.lines.map { line in
                    .object([
                        "pointer": .string(line.pointer.description), "before": line.before ?? .null,
                        "after": line.after ?? .null,
                    ])
                }),
            "units": .integer(moves.units), "changed": .integer(moves.changed),
            "experiments": .array(
                moves.experiments.map { moves in
                    .object([
                        "key": .string(moves.key), "entered": .integer(moves.entered), "left": .integer(moves.left),
                        "switched": .integer(moves.switched),
                    ])
                }),
        ])
    }
}

extension UnitAssignment {
    /// What an experiment makes of a unit, as `linden experiments assign --json` gives it too.
    public var json: JSONValue {
        .object([
            "unit": .string(unit), "layer": .string(assignment.layer),
            "bucket": assignment.bucket.map(JSONValue.integer) ?? .null,
            "experiment": assignment.experiment.map(JSONValue.string) ?? .null,
            "arm": assignment.arm.map(JSONValue.string) ?? .null,
            "tier": .string(tier), "reason": .string(assignment.reason.rawValue),
            "is_override": .bool(assignment.isOverride),
        ])
    }
}
