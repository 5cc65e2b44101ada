import Crypto
import Domain
public import JSON

extension TierConfiguration {
    /// The document in its one canonical form: keys in a fixed order, tiers, scenes and overrides by name, what is left out
    /// left out, without the revision it was written from.
    ///
    /// Reads back as the same configuration, but for ``parentRevision``.
    public var canonical: JSONValue {
        .object([
            "schema": .string(Self.schemaName),
            "hash_version": .integer(Self.hashVersion),
            "tiers": .object(tiers.map { JSONValue.Member(key: $0.name, value: $0.document) }),
            "default_tier": .string(defaultTier),
            "floor_tier": floorTier.map { .string($0) },
            "scenes": .object(
                scenes.sorted { $0.key < $1.key }.map { JSONValue.Member(key: $0.key, value: .string($0.value)) }),
            "layers": .array(layers.map(\.document)),
            "holdouts": .array(holdouts.map(\.document)),
            "experiments": .array(experiments.map(\.document)),
            "kill_switch": .bool(killSwitch),
        ])
    }

    /// The bytes of ``canonical``.
    public var canonicalBytes: [UInt8] { canonical.bytes }

    /// SHA-256 over ``canonicalBytes``: 32 bytes, the same for two documents that say the same.
    public var contentHash: [UInt8] { Array(SHA256.hash(data: canonicalBytes)) }
}

extension TierDefinition {
    fileprivate var document: JSONValue {
        .object([
            "max_cost": maximumCost.map { cost in
                cost.microunits % 1_000_000 == 0 ? .integer(cost.microunits / 1_000_000) : .number(cost.units)
            },
            "prefix_dims": knobs.map { .integer($0.prefixDimensions) },
            "candidates": knobs.map { .integer($0.candidates) },
            "rank_dims": knobs.map { .integer($0.rankDimensions) },
            "floor": floor.map { .integer($0) },
            "ceiling": ceiling.map { .integer($0) },
            "generation": generation.map { .string($0.description) },
            "value": value.map { .number($0) },
            "deadline_ms": deadlineMilliseconds.map { .integer($0) },
            "criticality": criticality.map { .string($0.rawValue) },
            "fallback": fallback.map { .string($0) },
            "rules": rules.isEmpty ? JSONValue?.none : rules.document,
        ])
    }
}

extension TierRules {
    fileprivate var document: JSONValue {
        .object([
            "max_per_category": maximumPerCategory.map { .integer($0) },
            "boosts": boosts.isEmpty ? JSONValue?.none : .array(boosts.map(\.document)),
        ])
    }
}

extension TierRules.Boost {
    fileprivate var document: JSONValue {
        let when: JSONValue =
            switch condition {
            case .category(let category): ["category": .string(category)]
            case .attribute(let name, let value): ["attribute": .string(name), "equals": .string(value)]
            }
        return ["when": when, "factor": .number(factor)]
    }
}

extension BucketRange {
    fileprivate var document: JSONValue { [.integer(lower), .integer(upper)] }
}

extension ExperimentLayer {
    fileprivate var document: JSONValue {
        ["key": .string(key), "salt": .string(salt), "unit": .string(unit.rawValue)]
    }
}

extension Holdout {
    fileprivate var document: JSONValue {
        switch scope {
        case .layer(let layer): ["key": .string(key), "layer": .string(layer), "range_ppm": range.document]
        case .everywhere(let salt): ["key": .string(key), "salt": .string(salt), "range_ppm": range.document]
        }
    }
}

extension Experiment {
    fileprivate var document: JSONValue {
        .object([
            "key": .string(key),
            "layer": .string(layer),
            "salt": .string(salt),
            "state": .string(state.rawValue),
            "range_ppm": range.document,
            "targeting": targeting?.document,
            "arms": .array(arms.map(\.document)),
            "overrides": overrides.isEmpty ? JSONValue?.none : .object(overrides.map(\.member)),
            "metrics": metrics?.document,
            "analysis": analysis.document,
            "interleaving": interleavedShare.map { ["share_ppm": .integer($0)] },
        ])
    }
}

extension Experiment.Override {
    fileprivate var member: JSONValue.Member {
        JSONValue.Member(key: String(decoding: unit, as: UTF8.self), value: .string(arm))
    }
}

extension Experiment.Arm {
    fileprivate var document: JSONValue {
        .object([
            "key": .string(key), "range_ppm": range.document, "tier": tier.map { .string($0) },
            "generation": generation.map { .string($0.description) },
        ])
    }
}

extension ExperimentMetrics {
    fileprivate var document: JSONValue {
        .object([
            "primary": .string(primary),
            "cuped_covariate": covariate.map { .string($0) },
            "guardrails": guardrails.isEmpty ? JSONValue?.none : .array(guardrails.map(\.document)),
        ])
    }
}

extension ExperimentMetrics.Guardrail {
    fileprivate var document: JSONValue {
        switch bound {
        case .maximum(let bound): ["metric": .string(metric), "max": .number(bound)]
        case .maximumRatio(let bound): ["metric": .string(metric), "max_ratio": .number(bound)]
        case .minimum(let bound): ["metric": .string(metric), "min": .number(bound)]
        }
    }
}

extension ExperimentAnalysis {
    fileprivate var document: JSONValue {
        .object([
            "method": .string(method.rawValue), "alpha": .number(alpha),
            "mde": minimumDetectableEffect.map { .number($0) },
            "max_days": .integer(maximumDays),
        ])
    }
}

extension TargetingCondition {
    fileprivate var document: JSONValue {
        switch self {
        case .equal(let name, let value): ["attr": .string(name), "eq": value.document]
        case .oneOf(let name, let values): ["attr": .string(name), "in": .array(values.map(\.document))]
        case .less(let name, let bound): ["attr": .string(name), "lt": .number(bound)]
        case .greater(let name, let bound): ["attr": .string(name), "gt": .number(bound)]
        case .prefix(let name, let start): ["attr": .string(name), "prefix": .string(start)]
        case .version(let name, let comparison, let version):
            ["attr": .string(name), "semver": .string(comparison.rawValue + version.description)]
        case .and(let conditions): ["and": .array(conditions.map(\.document))]
        case .or(let conditions): ["or": .array(conditions.map(\.document))]
        case .not(let condition): ["not": condition.document]
        }
    }
}

extension AttributeValue {
    fileprivate var document: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .number(number)
        case .bool(let truth): .bool(truth)
        }
    }
}
