/// The kinds of object in a configuration document, and the keys that each may have, in the order in which they are written.
///
/// The published schema defines each under the same name.
package enum DocumentObject: String, CaseIterable, Sendable {
    case configuration, tier, rules, boost, boostCategory, boostAttribute, layer, holdout, experiment, arm, metrics,
        guardrail, analysis, interleaving

    /// Every key that the object may have.
    package var keys: [String] {
        switch self {
        case .configuration:
            [
                "schema", "hash_version", "revision", "tiers", "default_tier", "floor_tier", "scenes", "layers",
                "holdouts",
                "experiments", "kill_switch",
            ]
        case .tier:
            [
                "max_cost", "prefix_dims", "candidates", "rank_dims", "floor", "ceiling", "generation", "value",
                "deadline_ms", "criticality", "fallback", "rules",
            ]
        case .rules: ["max_per_category", "boosts"]
        case .boost: ["when", "factor"]
        case .boostCategory: ["category"]
        case .boostAttribute: ["attribute", "equals"]
        case .layer: ["key", "salt", "unit"]
        case .holdout: ["key", "layer", "salt", "range_ppm"]
        case .experiment:
            [
                "key", "layer", "salt", "state", "range_ppm", "targeting", "arms", "overrides", "metrics", "analysis",
                "interleaving",
            ]
        case .arm: ["key", "range_ppm", "tier", "generation"]
        case .metrics: ["primary", "cuped_covariate", "guardrails"]
        case .guardrail: ["metric", "max", "max_ratio", "min"]
        case .analysis: ["method", "alpha", "mde", "max_days"]
        case .interleaving: ["share_ppm"]
        }
    }

    /// What messages call it, with its article.
    var title: String {
        switch self {
        case .configuration: "a configuration"
        case .tier: "a tier"
        case .rules: "a tier's rules"
        case .boost: "a boost"
        case .boostCategory, .boostAttribute: "a boost's condition"
        case .layer: "a layer"
        case .holdout: "a holdout"
        case .experiment: "an experiment"
        case .arm: "an arm"
        case .metrics: "an experiment's metrics"
        case .guardrail: "a guardrail"
        case .analysis: "an experiment's analysis"
        case .interleaving: "an experiment's interleaving"
        }
    }
}
