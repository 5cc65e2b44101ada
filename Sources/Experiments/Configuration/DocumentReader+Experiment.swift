import Domain
import JSON

extension DocumentReader {
    mutating func experiment(_ node: DocumentNode) -> Experiment? {
        let before = problems.count
        guard let members = members(of: node, .experiment) else { return nil }
        let key = key(required("key", of: members))
        let layer = self.key(required("layer", of: members))
        let salt = self.key(required("salt", of: members))
        let state = word(required("state", of: members), of: Experiment.State.self)
        let range = range(required("range_ppm", of: members))
        let targeting = members["targeting"].flatMap { condition($0) }
        let arms = arms(required("arms", of: members))
        let overrides = overrides(members["overrides"])
        let metrics = metrics(members["metrics"])
        let analysis = analysis(members["analysis"])
        let share = interleavedShare(members["interleaving"])
        guard problems.count == before, let key, let layer, let salt, let state, let range else { return nil }
        return Experiment(
            key: key, layer: layer, salt: salt, state: state, range: range, targeting: targeting, arms: arms,
            overrides: overrides, metrics: metrics, analysis: analysis, interleavedShare: share)
    }

    private mutating func arms(_ node: DocumentNode?) -> [Experiment.Arm] {
        let nodes = elements(of: node)
        if let node, node.value.elements?.isEmpty == true { refuse(node.pointer, "There is no arm. Define one.") }
        return nodes.compactMap { arm($0) }
    }

    private mutating func arm(_ node: DocumentNode) -> Experiment.Arm? {
        guard let members = members(of: node, .arm) else { return nil }
        let key = key(required("key", of: members))
        let range = range(required("range_ppm", of: members))
        let tier = self.key(members["tier"])
        let generation = generation(members["generation"])
        guard let key, let range else { return nil }
        return Experiment.Arm(key: key, range: range, tier: tier, generation: generation)
    }

    private mutating func overrides(_ node: DocumentNode?) -> [Experiment.Override] {
        guard let node, let members = members(of: node, called: "arms by unit id") else { return [] }
        var overrides: [Experiment.Override] = []
        for unit in members.keys {
            guard let node = members[unit], let arm = key(node) else { continue }
            do throws(ExternalIDError) {
                overrides.append(Experiment.Override(unit: try UserID(unit).bytes, arm: arm))
            } catch {
                refuse(node.pointer, error.description)
            }
        }
        return overrides.sorted { $0.unit.lexicographicallyPrecedes($1.unit) }
    }

    private mutating func metrics(_ node: DocumentNode?) -> ExperimentMetrics? {
        guard let node, let members = members(of: node, .metrics) else { return nil }
        let primary = key(required("primary", of: members))
        let covariate = key(members["cuped_covariate"])
        let guardrails = elements(of: members["guardrails"]).compactMap { guardrail($0) }
        guard let primary else { return nil }
        return ExperimentMetrics(primary: primary, covariate: covariate, guardrails: guardrails)
    }

    private mutating func guardrail(_ node: DocumentNode) -> ExperimentMetrics.Guardrail? {
        guard let members = members(of: node, .guardrail) else { return nil }
        let metric = key(required("metric", of: members))
        let bounds = ["max", "max_ratio", "min"].filter { members[$0] != nil }
        guard bounds.count == 1 else {
            refuse(node.pointer, "The guardrail has \(bounds.count) bounds. Give one of: max, max_ratio, min.")
            return nil
        }
        let bound: ExperimentMetrics.Guardrail.Bound? =
            switch bounds[0] {
            case "max": number(members["max"]).map { .maximum($0) }
            case "min": number(members["min"]).map { .minimum($0) }
            default: number(members["max_ratio"], aboveZeroUpTo: 1e9).map { .maximumRatio($0) }
            }
        guard let metric, let bound else { return nil }
        return ExperimentMetrics.Guardrail(metric: metric, bound: bound)
    }

    private mutating func analysis(_ node: DocumentNode?) -> ExperimentAnalysis {
        let usual = ExperimentAnalysis()
        guard let node, let members = members(of: node, .analysis) else { return usual }
        return ExperimentAnalysis(
            method: word(members["method"]) ?? usual.method,
            alpha: number(members["alpha"], aboveZeroUpTo: 0.5) ?? usual.alpha,
            minimumDetectableEffect: number(members["mde"], aboveZeroUpTo: 1e9),
            maximumDays: integer(members["max_days"], in: 1...365) ?? usual.maximumDays)
    }

    private mutating func interleavedShare(_ node: DocumentNode?) -> Int? {
        guard let node, let members = members(of: node, .interleaving) else { return nil }
        return integer(required("share_ppm", of: members), in: 1...BucketRange.buckets)
    }
}
