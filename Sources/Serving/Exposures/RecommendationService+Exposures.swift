import Domain
import Experiments

extension RecommendationService {
    /// Lets what was served to a unit in experiments wait to be written.
    func expose(_ answer: RecommendationResponse, to grant: TierGrant, _ tiers: TiersInForce) {
        guard recordsExposures, let decision = grant.decision, let revision = tiers.revision else { return }
        for assignment in decision.assignments {
            guard let key = assignment.experiment, let arm = assignment.arm,
                let layer = tiers.configuration.layers.first(where: { $0.key == assignment.layer }),
                let unit = grant.units[layer.unit],
                let experiment = tiers.configuration.experiment(named: key),
                let propensity = assignment.isOverride ? 1 : experiment.propensity(of: arm)
            else { continue }
            var exposure = Exposure(
                answer, at: date(), unit: unit, experiment: key, arm: arm, revision: revision, propensity: propensity)
            exposure.isOverride = assignment.isOverride
            exposures.offer(exposure)
        }
    }

    /// What has come of exposures.
    public var exposureCounters: ExposureCounters { exposures.counters }
}

extension Exposure {
    /// Reasons for which an answer is not its arm's doing.
    private static let fallbacks: Set<DegradationReason> = [
        .fallbackTier, .otherGeneration, .storeAway, .unknownUser, .emptyHistory,
    ]

    /// An answer as it was served to a unit.
    init(
        _ answer: RecommendationResponse, at moment: Timestamp, unit: [UInt8], experiment: String, arm: String,
        revision: TierRevisionNumber, propensity: Double
    ) {
        self.init(
            recommendation: answer.recommendationID, at: moment, unit: String(decoding: unit, as: UTF8.self),
            experiment: experiment, arm: arm, revision: revision, tier: answer.tier, generation: answer.generation,
            scene: answer.scene, plan: answer.plan, planned: answer.cost.planned, spent: answer.cost.spent,
            estimatedRecall: answer.estimatedRecall, took: answer.took,
            degraded: answer.degradation.map(\.rawValue),
            isFallback: answer.degradation.contains { Self.fallbacks.contains($0) }, isOverride: false,
            propensity: propensity,
            items: answer.items.map { Shown(item: $0.itemID, propensity: propensity) })
    }
}

extension Experiment {
    /// Probability that a unit that is in the experiment is in an arm; `nil` for an arm without units.
    func propensity(of arm: String) -> Double? {
        let all = arms.reduce(0) { $0 + $1.range.count }
        guard let own = arms.first(where: { $0.key == arm })?.range.count, own > 0 else { return nil }
        return Double(own) / Double(all)
    }
}
