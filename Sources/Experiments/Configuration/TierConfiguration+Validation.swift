import JSON

// What the parts of a document ask of each other.
extension TierConfiguration {
    /// What is wrong between the parts, each with the place of the later of two that disagree.
    func ownProblems() -> [ConfigurationProblem] {
        var check = ConfigurationCheck(names: Set(tiers.map(\.name)), layers: Set(layers.map(\.key)))
        check.tiers(of: self)
        check.duplicates(layers.map(\.key), in: "layers")
        check.duplicates(holdouts.map(\.key), in: "holdouts")
        check.duplicates(experiments.map(\.key), in: "experiments")
        for (index, holdout) in holdouts.enumerated() {
            if case .layer(let layer) = holdout.scope {
                check.layer(layer, at: JSONPointer(["holdouts", "\(index)", "layer"]))
            }
        }
        for (index, experiment) in experiments.enumerated() {
            check.experiment(experiment, at: JSONPointer(["experiments", "\(index)"]))
        }
        check.claims(of: self)
        check.decidingLayers(of: self)
        return check.problems
    }
}

/// Collects what is wrong between the parts of one configuration.
private struct ConfigurationCheck {
    let names: Set<String>
    let layers: Set<String>
    private(set) var problems: [ConfigurationProblem] = []

    init(names: Set<String>, layers: Set<String>) {
        self.names = names
        self.layers = layers
    }

    mutating func refuse(_ pointer: JSONPointer, _ detail: String) {
        problems.append(ConfigurationProblem(pointer: pointer, detail: detail))
    }

    mutating func tierName(_ name: String?, at pointer: JSONPointer) {
        guard let name, !names.contains(name) else { return }
        refuse(
            pointer,
            "There is no tier \"\(name)\". Define it, or use one of: \(names.sorted().joined(separator: ", ")).")
    }

    mutating func layer(_ key: String, at pointer: JSONPointer) {
        guard !layers.contains(key) else { return }
        refuse(pointer, "There is no layer \"\(key)\". Define it under layers.")
    }

    mutating func tiers(of configuration: TierConfiguration) {
        tierName(configuration.defaultTier, at: JSONPointer(["default_tier"]))
        tierName(configuration.floorTier, at: JSONPointer(["floor_tier"]))
        for (scene, tier) in configuration.scenes.sorted(by: { $0.key < $1.key }) {
            tierName(tier, at: JSONPointer(["scenes", scene]))
        }
        let fallbacks = Dictionary(
            configuration.tiers.compactMap { tier in tier.fallback.map { (tier.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        for tier in configuration.tiers {
            let pointer = JSONPointer(["tiers", tier.name, "fallback"])
            tierName(tier.fallback, at: pointer)
            var next = tier.fallback
            var steps = 0
            while let name = next, name != tier.name, steps < fallbacks.count {
                next = fallbacks[name]
                steps += 1
            }
            if next == tier.name {
                refuse(
                    pointer, "Falling back from \"\(tier.name)\" leads back to it. Let the last tier have no fallback.")
            }
        }
    }

    mutating func duplicates(_ keys: [String], in list: String, at place: JSONPointer = JSONPointer()) {
        var first: [String: Int] = [:]
        for (index, key) in keys.enumerated() {
            if let earlier = first[key] {
                refuse(
                    place.appending(list).appending(index).appending("key"),
                    "\"\(key)\" is also the key of number \(earlier). Give each its own.")
            } else {
                first[key] = index
            }
        }
    }

    mutating func experiment(_ experiment: Experiment, at place: JSONPointer) {
        layer(experiment.layer, at: place.appending("layer"))
        duplicates(experiment.arms.map(\.key), in: "arms", at: place)
        for (index, arm) in experiment.arms.enumerated() {
            let pointer = place.appending("arms").appending(index)
            tierName(arm.tier, at: pointer.appending("tier"))
            for (earlier, other) in experiment.arms[..<index].enumerated() where other.range.overlaps(arm.range) {
                refuse(
                    pointer.appending("range_ppm"),
                    "\(arm.range) overlaps \(other.range) of arm number \(earlier). Part them.")
            }
        }
        sum(experiment.arms.map(\.range), of: "The arms' ranges", at: place.appending("arms"))
        if !experiment.setsTier, !experiment.setsGeneration {
            refuse(place.appending("arms"), "No arm has a tier or a generation. Give one to at least one of them.")
        }
        let arms = Set(experiment.arms.map(\.key))
        for override in experiment.overrides where !arms.contains(override.arm) {
            refuse(
                place.appending("overrides").appending(String(decoding: override.unit, as: UTF8.self)),
                "There is no arm \"\(override.arm)\". Use one of: \(arms.sorted().joined(separator: ", ")).")
        }
        if experiment.interleavedShare != nil,
            experiment.arms.count != 2 || experiment.arms.contains(where: { $0.tier == nil && $0.generation == nil })
        {
            refuse(
                place.appending("interleaving"),
                "Interleaving compares two lists. Give exactly two arms, each with a tier or a generation.")
        }
    }

    /// What layers' holdouts and experiments take of their buckets must be disjoint; a stopped experiment takes nothing.
    mutating func claims(of configuration: TierConfiguration) {
        for (index, layer) in configuration.layers.enumerated() {
            var claims: [(range: BucketRange, place: [String])] = []
            for (index, holdout) in configuration.holdouts.enumerated() where holdout.scope == .layer(layer.key) {
                claims.append((holdout.range, ["holdouts", "\(index)"]))
            }
            for (index, experiment) in configuration.experiments.enumerated()
            where experiment.layer == layer.key && experiment.state != .stopped {
                claims.append((experiment.range, ["experiments", "\(index)"]))
            }
            for (position, claim) in claims.enumerated() {
                for other in claims[..<position] where other.range.overlaps(claim.range) {
                    refuse(
                        JSONPointer(claim.place + ["range_ppm"]),
                        "\(claim.range) overlaps \(other.range) of /\(other.place.joined(separator: "/")) in layer "
                            + "\"\(layer.key)\". Part them.")
                }
            }
            sum(
                claims.map(\.range), of: "What the layer's holdouts and experiments take",
                at: JSONPointer(["layers", "\(index)"]))
        }
    }

    mutating func sum(_ ranges: [BucketRange], of what: String, at pointer: JSONPointer) {
        let sum = ranges.reduce(0) { $0 + $1.count }
        guard sum > BucketRange.buckets else { return }
        refuse(pointer, "\(what) comes to \(sum) parts per million. Let it be at most \(BucketRange.buckets).")
    }

    /// One layer may set tiers and one generations: otherwise two experiments would decide over one request.
    mutating func decidingLayers(of configuration: TierConfiguration) {
        for (what, sets) in [("tier", \Experiment.setsTier), ("generation", \Experiment.setsGeneration)] {
            var decider: String?
            for (index, experiment) in configuration.experiments.enumerated()
            where experiment.state != .stopped && experiment[keyPath: sets] {
                if let decider, decider != experiment.layer {
                    refuse(
                        JSONPointer(["experiments", "\(index)", "layer"]),
                        "Experiments of layer \"\(decider)\" set the \(what) already, and one request gets one. Put this "
                            + "experiment in that layer.")
                }
                decider = decider ?? experiment.layer
            }
        }
    }
}
