import JSON

// What a revision may not change of the one before.
extension TierConfiguration {
    /// What must not change from `parent` to this, with places in this document.
    ///
    /// An experiment keeps its salt as long as its key is used. While it runs, its units, its layer and the lower bounds of
    /// what it takes stay, so that no unit changes arm; upper bounds may grow.
    public func problems(against parent: TierConfiguration) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for (index, experiment) in experiments.enumerated() {
            guard let earlier = parent.experiment(named: experiment.key) else { continue }
            let place = JSONPointer(["experiments", "\(index)"])
            if experiment.salt != earlier.salt {
                problems.append(.reusedKey(experiment.key, at: place))
            }
            guard experiment.state == .running, earlier.state == .running else { continue }
            problems += experiment.problems(whileRunningAs: earlier, at: place)
            problems += layerProblems(of: experiment, parent: parent, at: place)
        }
        return problems
    }

    private func layerProblems(
        of experiment: Experiment, parent: TierConfiguration, at place: JSONPointer
    ) -> [ConfigurationProblem] {
        let index = layers.firstIndex { $0.key == experiment.layer }
        guard let index, let before = parent.layers.first(where: { $0.key == experiment.layer }) else { return [] }
        let pointer = JSONPointer(["layers", "\(index)"])
        var problems: [ConfigurationProblem] = []
        if layers[index].salt != before.salt {
            problems.append(.whileRunning(experiment.key, "salt of the layer", at: pointer.appending("salt")))
        }
        if layers[index].unit != before.unit {
            problems.append(.whileRunning(experiment.key, "unit of the layer", at: pointer.appending("unit")))
        }
        return problems
    }
}

extension Experiment {
    fileprivate func problems(whileRunningAs earlier: Experiment, at place: JSONPointer) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if layer != earlier.layer {
            problems.append(.whileRunning(key, "layer", at: place.appending("layer")))
        }
        if range.lower != earlier.range.lower {
            problems.append(.whileRunning(key, "lower bound of the range", at: place.appending("range_ppm")))
        }
        for (index, arm) in arms.enumerated() {
            guard let before = earlier.arms.first(where: { $0.key == arm.key }) else { continue }
            if arm.range.lower != before.range.lower {
                let pointer = place.appending("arms").appending(index).appending("range_ppm")
                problems.append(.whileRunning(key, "lower bound of the arm", at: pointer))
            }
        }
        for before in earlier.arms where !arms.contains(where: { $0.key == before.key }) {
            // Its buckets may stay empty; another arm that takes them takes its units.
            guard let index = arms.firstIndex(where: { $0.range.overlaps(before.range) }) else { continue }
            let pointer = place.appending("arms").appending(index).appending("range_ppm")
            problems.append(.whileRunning(key, "arm of the buckets of \"\(before.key)\"", at: pointer))
        }
        return problems
    }
}

extension ConfigurationProblem {
    static func reusedKey(_ key: String, at place: JSONPointer) -> ConfigurationProblem {
        ConfigurationProblem(
            pointer: place.appending("salt"),
            detail: "Experiment \"\(key)\" has had another salt. Keep the salt, or give the new experiment a new key.")
    }

    fileprivate static func whileRunning(_ key: String, _ what: String, at pointer: JSONPointer) -> ConfigurationProblem
    {
        ConfigurationProblem(
            pointer: pointer,
            detail:
                "Experiment \"\(key)\" is running, and another \(what) would move its units between arms. Stop it and "
                + "start a new one.")
    }
}
