public import Domain
import JSON

/// What a configuration may ask of the installation it is published to.
public struct InstallationFacts: Equatable, Sendable {
    /// The ladder of each generation that can answer.
    public let ladders: [GenerationNumber: PrefixLadder]
    /// The generation of tiers that name none; `nil` before the first is active.
    public let activeGeneration: GenerationNumber?
    /// What one request costs at least, by the level of the shipped plan, cheapest first.
    public let cheapestCosts: [CostUnits]
    /// Salts of all experiments that there have ever been, by key.
    public let pastSalts: [String: String]

    public init(
        ladders: [GenerationNumber: PrefixLadder], activeGeneration: GenerationNumber?, cheapestCosts: [CostUnits] = [],
        pastSalts: [String: String] = [:]
    ) {
        self.ladders = ladders
        self.activeGeneration = activeGeneration
        self.cheapestCosts = cheapestCosts
        self.pastSalts = pastSalts
    }
}

extension TierConfiguration {
    /// What this installation cannot do of it.
    public func problems(against facts: InstallationFacts) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        for tier in tiers {
            problems += tier.problems(against: facts, at: JSONPointer(["tiers", tier.name]))
        }
        for (index, experiment) in experiments.enumerated() {
            let place = JSONPointer(["experiments", "\(index)"])
            if let salt = facts.pastSalts[experiment.key], salt != experiment.salt {
                problems.append(.reusedKey(experiment.key, at: place))
            }
            guard experiment.state != .stopped else { continue }
            for (index, arm) in experiment.arms.enumerated() {
                guard let generation = arm.generation else { continue }
                let place = place.appending("arms").appending(index)
                guard facts.ladders[generation] != nil else {
                    problems.append(.unknown(generation, of: facts, at: place.appending("generation")))
                    continue
                }
                // The arm's tier is answered from the arm's generation.
                guard let knobs = arm.tier.flatMap({ tier(named: $0) })?.knobs else { continue }
                problems += knobs.problems(on: generation, of: facts, keys: ("generation", "generation"), at: place)
            }
        }
        return problems
    }
}

extension TierDefinition {
    fileprivate func problems(against facts: InstallationFacts, at place: JSONPointer) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        if let generation, facts.ladders[generation] == nil {
            problems.append(.unknown(generation, of: facts, at: place.appending("generation")))
        } else if let knobs, let generation = generation ?? facts.activeGeneration {
            problems += knobs.problems(on: generation, of: facts, keys: ("prefix_dims", "rank_dims"), at: place)
        }
        if let maximumCost, knobs == nil, facts.cheapestCosts.indices.contains(plans.lowerBound) {
            let cheapest = facts.cheapestCosts[plans.lowerBound]
            if maximumCost < cheapest {
                problems.append(
                    ConfigurationProblem(
                        pointer: place.appending("max_cost"),
                        detail:
                            "The tier allows \(maximumCost); its floor, level \(plans.lowerBound), costs \(cheapest). "
                            + "Allow \(cheapest.wholeUnits) or more, or lower the floor."))
            }
        }
        return problems
    }
}

extension TierDefinition.Knobs {
    /// What a generation's ladder refuses, with the keys under which the prefix and the rerank are to be mended.
    fileprivate func problems(
        on generation: GenerationNumber, of facts: InstallationFacts, keys: (prefix: String, rank: String),
        at place: JSONPointer
    ) -> [ConfigurationProblem] {
        guard let ladder = facts.ladders[generation] else { return [] }
        var problems: [ConfigurationProblem] = []
        if !ladder.rungs.contains(prefixDimensions) {
            problems.append(
                ConfigurationProblem(
                    pointer: place.appending(keys.prefix),
                    detail: "Generation \(generation) has no prefix of \(prefixDimensions) dimensions. Use one of "
                        + "\(ladder.rungs)."))
        }
        if rankDimensions != 0, rankDimensions != ladder.fullLength {
            problems.append(
                ConfigurationProblem(
                    pointer: place.appending(keys.rank),
                    detail: "Generation \(generation) reranks by \(ladder.fullLength) dimensions, not by "
                        + "\(rankDimensions). Use 0 or \(ladder.fullLength)."))
        }
        return problems
    }
}

extension ConfigurationProblem {
    fileprivate static func unknown(
        _ generation: GenerationNumber, of facts: InstallationFacts, at pointer: JSONPointer
    ) -> ConfigurationProblem {
        let known = facts.ladders.keys.sorted().map(\.description).joined(separator: ", ")
        return ConfigurationProblem(
            pointer: pointer,
            detail:
                "There is no generation \(generation) that can answer. Use one of: \(known.isEmpty ? "none yet" : known)."
        )
    }
}
