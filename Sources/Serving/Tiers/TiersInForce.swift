public import Domain
public import Experiments
import Planning

/// The tiers and experiments that requests are served by now: one revision, swapped whole.
public struct TiersInForce: Sendable {
    public let configuration: TierConfiguration
    /// The published revision; `nil` for those that ship with Linden.
    public let revision: TierRevisionNumber?
    let table: AssignmentTable
    /// Generations that tiers and arms name.
    let generations: Set<GenerationNumber>
    private let byName: [String: TierDefinition]

    public init(_ configuration: TierConfiguration, revision: TierRevisionNumber? = nil) {
        self.configuration = configuration
        self.revision = revision
        table = AssignmentTable(configuration, revision: revision.map(Int.init))
        byName = Dictionary(configuration.tiers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        generations = Set(
            configuration.tiers.compactMap(\.generation)
                + configuration.experiments.filter { $0.state != .stopped }.flatMap { $0.arms.compactMap(\.generation) }
        )
    }

    /// The three tiers that ship with Linden, and no experiment.
    public static let shipped = TiersInForce(.shipped)

    /// From the cheapest to the dearest.
    public var fromCheapest: [TierDefinition] {
        configuration.tiers.sorted {
            ($0.plans.upperBound, $0.maximumCost ?? .unlimited, $0.name)
                < ($1.plans.upperBound, $1.maximumCost ?? .unlimited, $1.name)
        }
    }

    /// The tier of that name, if there is one.
    func tier(named name: String) -> TierDefinition? { byName[name] }

    /// The tier that requests fall to when the capacity does not pay for their own; `nil` for none.
    var floorTier: TierDefinition? { configuration.floorTier.flatMap { tier(named: $0) } }

    /// Name of the cheapest tier that reaches a plan: what a request that names a budget and no tier is booked under.
    package func tierName(reaching plan: Int) -> String {
        fromCheapest.first { $0.plans.contains(plan) }?.name ?? configuration.defaultTier
    }

    /// What a request gets.
    ///
    /// A request that names a tier gets that one, and one that names a budget alone gets what that buys: neither is in an
    /// experiment. All others get what their units and context are assigned, or their scene's tier.
    ///
    /// - Throws: ``RequestError/unknownTier(_:known:)``.
    func grant(_ request: RecommendationRequest) throws(RequestError) -> TierGrant {
        if let name = request.tier {
            guard let tier = tier(named: name) else { throw .unknownTier(name, known: fromCheapest.map(\.name)) }
            return TierGrant(tier: tier, generation: tier.generation)
        }
        guard request.maxCost == nil else { return TierGrant(tier: nil, generation: nil) }
        let units = AssignmentUnits(
            user: request.userID.map { Array($0.bytes) }, session: request.context.sessionID.map { Array($0.utf8) })
        let decision = table.decide(
            units, context: AssignmentContext(scene: request.scene, attributes: request.context.attributes))
        let tier = tier(named: decision.tier)
        return TierGrant(
            tier: tier, generation: decision.generation ?? tier?.generation, decision: decision, units: units)
    }
}

extension CostUnits {
    /// More than any request costs.
    fileprivate static let unlimited = CostUnits(microunits: .max)
}

/// The tier that serves a request, and why.
struct TierGrant: Sendable {
    /// `nil` for a request that names a budget and no tier: any plan that it pays for.
    var tier: TierDefinition?
    /// The generation that answers; `nil` for the active one.
    var generation: GenerationNumber?
    /// What the experiments made of it; `nil` where the request chose for itself.
    var decision: TierDecision?
    /// What it was assigned by.
    var units = AssignmentUnits()

    /// The request with what its tier adds: a ceiling, a deadline, a value, how late it is turned away.
    ///
    /// What the request says itself counts too: of two ceilings the lower, of two deadlines the earlier.
    func applied(to request: RecommendationRequest) -> RecommendationRequest {
        guard let tier else { return request }
        var asked = request
        asked.tier = tier.name
        asked.maxCost = [request.maxCost, tier.maximumCost].compactMap(\.self).min()
        let deadline = tier.deadlineMilliseconds.map { Duration.milliseconds($0) }
        asked.maxLatency = [request.maxLatency, deadline].compactMap(\.self).min()
        asked.value = request.value ?? tier.value
        if request.criticality == .default, let criticality = tier.criticality {
            asked.criticality = Criticality(name: criticality.rawValue) ?? .default
        }
        return asked
    }
}
