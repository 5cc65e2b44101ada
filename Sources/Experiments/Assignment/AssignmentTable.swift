/// A configuration, ready to assign: the same unit, context and configuration give the same answer anywhere.
///
/// Immutable; a node makes one for each revision and swaps it whole.
public struct AssignmentTable: Sendable {
    /// A holdout from all layers.
    private struct GlobalHoldout: Sendable {
        let key: String
        let salt: BucketSalt
        let range: BucketRange
    }

    public let configuration: TierConfiguration
    /// The revision that decisions name; `nil` for one that is not published.
    public let revision: Int?
    private let layers: [LayerTable]
    private let holdouts: [GlobalHoldout]

    /// Prepares a configuration.
    ///
    /// Linear in it, but for the sorting of ranges.
    public init(_ configuration: TierConfiguration, revision: Int? = nil) {
        self.init(configuration, revision: revision, ignoringTargeting: false)
    }

    /// As the other, or with every request taken for one that experiments are aimed at.
    init(_ configuration: TierConfiguration, revision: Int?, ignoringTargeting: Bool) {
        self.configuration = configuration
        self.revision = revision
        layers = configuration.layers.map { layer in
            LayerTable(layer, of: configuration, ignoringTargeting: ignoringTargeting)
        }
        holdouts = configuration.holdouts.compactMap { holdout in
            guard case .everywhere(let salt) = holdout.scope else { return nil }
            return GlobalHoldout(
                key: holdout.key, salt: BucketSalt(holdout: holdout.key, salt: salt), range: holdout.range)
        }
    }

    /// What every layer makes of a request, in their order.
    ///
    /// Asked in this order: the kill switch, an override, a holdout from all layers, a holdout of the layer, the experiment
    /// that has the bucket, its targeting, its arms. Two hashes a layer, and one for each holdout from all layers.
    public func assign(_ units: AssignmentUnits, context: AssignmentContext = AssignmentContext()) -> [Assignment] {
        layers.map { assignment(in: $0, of: units, context: context) }
    }

    /// What a request gets.
    ///
    /// At most one layer sets tiers and one sets generations, so that there is nothing to choose between layers. Layers
    /// without experiments are not asked.
    public func decide(_ units: AssignmentUnits, context: AssignmentContext = AssignmentContext()) -> TierDecision {
        var assignments: [Assignment] = []
        for layer in layers where layer.isLive {
            assignments.append(assignment(in: layer, of: units, context: context))
        }
        let byTier = assignments.first { $0.tier != nil }
        let byGeneration = assignments.first { $0.generation != nil }
        let named =
            byTier ?? byGeneration ?? assignments.first { $0.isEnrolled } ?? assignments.first { $0.reason != .default }
        return TierDecision(
            tier: byTier?.tier ?? configuration.tierName(inScene: context.scene), generation: byGeneration?.generation,
            experiment: named?.experiment, arm: named?.arm,
            reason: named?.reason ?? (configuration.killSwitch ? .disabled : .default),
            isOverride: assignments.contains { $0.isOverride }, revision: revision, assignments: assignments)
    }

    private func assignment(
        in layer: LayerTable, of units: AssignmentUnits, context: AssignmentContext
    ) -> Assignment {
        layer.assign(
            units[layer.unit], holdout: globalHoldout, isOff: configuration.killSwitch, context: context)
    }

    private func globalHoldout(of unit: [UInt8]) -> String? {
        holdouts.first { $0.range.contains($0.salt.bucket(of: unit)) }?.key
    }
}
