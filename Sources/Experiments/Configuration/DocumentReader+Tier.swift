import Domain
import JSON

extension DocumentReader {
    mutating func tier(_ node: DocumentNode, named name: String) -> TierDefinition? {
        let before = problems.count
        guard let members = members(of: node, .tier) else { return nil }
        let maximumCost = cost(members["max_cost"])
        let knobs = knobs(of: members)
        let floor = integer(members["floor"], in: TierDefinition.levels)
        let ceiling = integer(members["ceiling"], in: TierDefinition.levels)
        if let floor, let ceiling, floor > ceiling {
            refuse(
                members.pointer.appending("floor"),
                "The floor, \(floor), is above the ceiling, \(ceiling). Let it be at most the ceiling.")
        }
        if ["max_cost", "prefix_dims", "candidates", "rank_dims", "ceiling"].allSatisfy({ members[$0] == nil }) {
            refuse(
                node.pointer,
                "Nothing says what a request of this tier may cost. Give max_cost, or prefix_dims, candidates and "
                    + "rank_dims, or a ceiling.")
        }
        let generation = generation(members["generation"])
        let value = number(members["value"], aboveZeroUpTo: 1e9)
        let deadline = integer(members["deadline_ms"], in: 1...600_000)
        let criticality = word(members["criticality"], of: TierDefinition.Criticality.self)
        let fallback = key(members["fallback"])
        let rules = rules(members["rules"])
        guard problems.count == before else { return nil }
        return TierDefinition(
            name: name, maximumCost: maximumCost, knobs: knobs, floor: floor, ceiling: ceiling, generation: generation,
            value: value, deadlineMilliseconds: deadline, criticality: criticality, fallback: fallback, rules: rules)
    }

    private mutating func cost(_ node: DocumentNode?) -> CostUnits? {
        guard let node, let units = number(node) else { return nil }
        guard let cost = CostUnits(units: units), cost > .zero else {
            refuse(node.pointer, "\(units) is no budget. Give cost units: a number above 0, at most 1000000000000.")
            return nil
        }
        return cost
    }

    /// All three knobs or none.
    private mutating func knobs(of members: DocumentMembers) -> TierDefinition.Knobs? {
        let keys = ["prefix_dims", "candidates", "rank_dims"]
        guard keys.contains(where: { members[$0] != nil }) else { return nil }
        for key in keys where members[key] == nil {
            refuse(
                members.pointer.appending(key),
                "This key is missing. A plan that is laid down has all of prefix_dims, candidates and rank_dims.")
        }
        let prefix = integer(members["prefix_dims"], in: 1...PrefixLadder.maximumDimensions)
        let candidates = integer(members["candidates"], in: 1...1_000_000)
        let rank = integer(members["rank_dims"], in: 0...PrefixLadder.maximumDimensions)
        guard let prefix, let candidates, let rank else { return nil }
        if rank != 0, rank < prefix {
            refuse(
                members.pointer.appending("rank_dims"),
                "The rerank reads \(rank) dimensions, fewer than the scan's \(prefix). Give 0 or the full length.")
        }
        return TierDefinition.Knobs(prefixDimensions: prefix, candidates: candidates, rankDimensions: rank)
    }

    private mutating func rules(_ node: DocumentNode?) -> TierRules {
        guard let node, let members = members(of: node, .rules) else { return TierRules() }
        let maximum = integer(members["max_per_category"], in: 1...1_000)
        let boosts = elements(of: members["boosts"]).compactMap { boost($0) }
        return TierRules(maximumPerCategory: maximum, boosts: boosts)
    }

    private mutating func boost(_ node: DocumentNode) -> TierRules.Boost? {
        guard let members = members(of: node, .boost) else { return nil }
        let condition = boostCondition(required("when", of: members))
        let factor = number(required("factor", of: members), aboveZeroUpTo: 10)
        guard let condition, let factor else { return nil }
        return TierRules.Boost(condition: condition, factor: factor)
    }

    private mutating func boostCondition(_ node: DocumentNode?) -> TierRules.Boost.Condition? {
        guard let node else { return nil }
        if node.value["attribute"] == nil, node.value["equals"] == nil {
            guard let members = members(of: node, .boostCategory) else { return nil }
            return name(required("category", of: members)).map { .category($0) }
        }
        guard let members = members(of: node, .boostAttribute) else { return nil }
        let attribute = name(required("attribute", of: members))
        let value = name(required("equals", of: members))
        guard let attribute, let value else { return nil }
        return .attribute(attribute, equals: value)
    }
}
