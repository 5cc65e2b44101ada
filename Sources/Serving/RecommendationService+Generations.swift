public import Domain
import Experiments
import Synchronization

extension RecommendationService {
    /// The one snapshot that a request is answered from.
    ///
    /// - Returns: That of the generation that its tier names, or the active one's; and whether the tier's was not to be had.
    func snapshot(
        for request: RecommendationRequest
    ) throws(RequestError) -> (snapshot: ServingSnapshot, isOther: Bool) {
        let held = held.withLock { $0 }
        let tier = request.tier ?? (request.maxCost == nil ? tiers.defaultTier : nil)
        let named = tier.flatMap { tiers.tier(named: $0)?.generation }
        if let named, let snapshot = held[named] { return (snapshot, false) }
        guard let active = held.active else { throw .noGeneration }
        return (active, named != nil)
    }

    /// Generations that this node can answer from, the active one first.
    public var heldGenerations: [Generation] { held.withLock { $0.all.map(\.generation) } }

    /// Why some tiers are not answered from the generation that they name, a sentence for each.
    public func whyOtherGenerations() -> [String] {
        let (held, duties) = (held.withLock { $0 }, following.withLock { $0.duties })
        return tiers.tiers.compactMap { tier in
            guard let named = tier.generation, held[named] == nil else { return nil }
            let state =
                duties.needed.contains(named)
                ? "which is being loaded."
                : "which is not there, or not built yet. `linden models list` shows those there are."
            return "The tier '\(tier.name)' is to be answered from \(named), \(state)"
        }
    }

    /// Refuses tiers whose generation the store does not have.
    ///
    /// - Throws: ``TierError``.
    public func requireTierGenerations() throws(TierError) {
        let needed = following.withLock { $0.duties.needed }
        for tier in tiers.tiers {
            guard let named = tier.generation, !needed.contains(named) else { continue }
            throw TierError.noGeneration(tier: tier.name, named)
        }
    }
}

/// Why tiers cannot be served as they are written.
public enum TierError: Error, Equatable, CustomStringConvertible {
    case noGeneration(tier: String, GenerationNumber)

    public var description: String {
        switch self {
        case .noGeneration(let tier, let generation):
            "The tier '\(tier)' names the generation \(generation), which is not there, or not built yet. Name one that "
                + "`linden models list` shows, or none for the active one."
        }
    }
}
