/// One layer, ready to assign.
struct LayerTable: Sendable {
    /// Who has a bucket.
    private enum Claim: Sendable {
        case holdout(String)
        case experiment(Int)
    }

    /// An experiment, ready to assign.
    private struct Entry: Sendable {
        let key: String
        let state: Experiment.State
        let targeting: TargetingCondition?
        let salt: BucketSalt
        let arms: RangeTable<Experiment.Arm>
    }

    let key: String
    let unit: ExperimentLayer.Unit
    private let salt: BucketSalt
    private let claims: RangeTable<Claim>
    private let entries: [Entry]
    /// Arms that units get by name, with the position of the experiment.
    private let overrides: [[UInt8]: (entry: Int, arm: Experiment.Arm)]

    init(_ layer: ExperimentLayer, of configuration: TierConfiguration, ignoringTargeting: Bool) {
        key = layer.key
        unit = layer.unit
        salt = BucketSalt(layer: layer)
        let experiments = configuration.experiments.filter { $0.layer == layer.key && $0.state != .stopped }
        entries = experiments.map { experiment in
            Entry(
                key: experiment.key, state: experiment.state,
                targeting: ignoringTargeting ? nil : experiment.targeting, salt: BucketSalt(experiment: experiment),
                arms: RangeTable(experiment.arms.map { ($0.range, $0) }))
        }
        let holdouts = configuration.holdouts.filter { $0.scope == .layer(layer.key) }
        claims = RangeTable(
            holdouts.map { ($0.range, .holdout($0.key)) }
                + experiments.enumerated().map { ($1.range, .experiment($0)) })
        var overrides: [[UInt8]: (entry: Int, arm: Experiment.Arm)] = [:]
        for (index, experiment) in experiments.enumerated() where experiment.state != .disabled {
            for override in experiment.overrides where overrides[override.unit] == nil {
                overrides[override.unit] = experiment.arms.first { $0.key == override.arm }.map { (index, $0) }
            }
        }
        self.overrides = overrides
    }

    /// Whether any unit can be in an experiment of it.
    var isLive: Bool { !entries.isEmpty }

    /// What the layer makes of a unit that no switch and no holdout of all layers keeps out.
    ///
    /// - Parameters:
    ///   - unit: Bytes of the unit's id.
    ///   - holdout: The holdout from all layers that has the unit, if one does.
    ///   - isOff: Whether all experiments are off.
    ///   - context: What the request says of itself.
    /// - Returns: The assignment.
    func assign(
        _ unit: [UInt8]?, holdout: (_ unit: [UInt8]) -> String?, isOff: Bool, context: AssignmentContext
    ) -> Assignment {
        guard let unit else { return Assignment(layer: key, bucket: nil, reason: isOff ? .disabled : .default) }
        let bucket = salt.bucket(of: unit)
        if isOff { return Assignment(layer: key, bucket: bucket, reason: .disabled) }
        if !overrides.isEmpty, let (entry, arm) = overrides[unit] {
            return Assignment(
                layer: key, bucket: bucket, experiment: entries[entry].key, arm: arm, reason: .targetingMatch,
                isOverride: true)
        }
        if let holdout = holdout(unit) {
            return Assignment(layer: key, bucket: bucket, holdout: holdout, reason: .holdout)
        }
        switch claims[bucket] {
        case nil: return Assignment(layer: key, bucket: bucket, reason: .default)
        case .holdout(let holdout):
            return Assignment(layer: key, bucket: bucket, holdout: holdout, reason: .holdout)
        case .experiment(let index): return assign(unit, bucket: bucket, to: entries[index], context: context)
        }
    }

    private func assign(_ unit: [UInt8], bucket: Int, to entry: Entry, context: AssignmentContext) -> Assignment {
        if entry.state == .disabled {
            return Assignment(layer: key, bucket: bucket, experiment: entry.key, reason: .disabled)
        }
        guard entry.state == .running, entry.targeting?.matches(context) ?? true,
            let arm = entry.arms[entry.salt.bucket(of: unit)]
        else { return Assignment(layer: key, bucket: bucket, reason: .default) }
        return Assignment(
            layer: key, bucket: bucket, experiment: entry.key, arm: arm,
            reason: entry.targeting == nil ? .split : .targetingMatch)
    }
}
