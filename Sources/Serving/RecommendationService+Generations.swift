public import Domain
import Experiments
import Synchronization

extension RecommendationService {
    /// The one snapshot that a request is answered from, and the tier that serves it then.
    ///
    /// Where the generation that was granted is not held here, the tier's fallback serves, if its own is; else the active
    /// generation does.
    ///
    /// - Returns: And why that is less than was granted, if it is.
    func snapshot(
        for grant: TierGrant, _ tiers: TiersInForce
    ) throws(RequestError) -> (snapshot: ServingSnapshot, grant: TierGrant, degradation: [DegradationReason]) {
        let held = held.withLock { $0 }
        guard let active = held.active else { throw .noGeneration }
        guard let named = grant.generation else { return (active, grant, []) }
        if let snapshot = held[named] { return (snapshot, grant, []) }
        var (next, tried) = (grant.tier?.fallback, Set<String>())
        while let name = next, tried.insert(name).inserted, let tier = tiers.tier(named: name) {
            if let snapshot = tier.generation.map({ held[$0] }) ?? active {
                return (
                    snapshot,
                    TierGrant(
                        tier: tier, generation: tier.generation, decision: grant.decision, units: grant.units),
                    [.fallbackTier]
                )
            }
            next = tier.fallback
        }
        return (active, grant, [.otherGeneration])
    }

    /// Generations that this node can answer from, the active one first.
    public var heldGenerations: [Generation] { held.withLock { $0.all.map(\.generation) } }

    /// Why some tiers are not answered from the generation that they name, a sentence for each.
    public func whyOtherGenerations() -> [String] {
        let (held, duties) = (held.withLock { $0 }, following.withLock { $0.duties })
        return tiers.fromCheapest.compactMap { tier in
            guard let named = tier.generation, held[named] == nil else { return nil }
            let state =
                duties.needed.contains(named)
                ? "which is being loaded."
                : "which is not there, or not built yet. `linden models list` shows those there are."
            return "The tier '\(tier.name)' is to be answered from \(named), \(state)"
        }
    }
}
