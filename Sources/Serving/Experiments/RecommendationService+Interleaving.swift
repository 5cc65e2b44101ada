import Domain
import ExperimentStatistics
import Experiments

extension RecommendationService {
    /// The experiment whose two arms' lists a request gets interleaved; `nil` for the most.
    ///
    /// It is the unit's bucket that decides, by a salt of its own, so that a unit that is interleaved always is.
    func interleaved(_ grant: TierGrant, _ tiers: TiersInForce) -> Experiment? {
        guard let decision = grant.decision, !decision.isOverride else { return nil }
        for assignment in decision.assignments where assignment.isEnrolled {
            guard let experiment = assignment.experiment.flatMap({ tiers.configuration.experiment(named: $0) }),
                let share = experiment.interleavedShare, experiment.arms.count == 2,
                let layer = tiers.configuration.layers.first(where: { $0.key == assignment.layer }),
                let unit = grant.units[layer.unit],
                BucketSalt(interleaving: experiment).bucket(of: unit) < share
            else { continue }
            return experiment
        }
        return nil
    }

    /// Answers a request by both arms, and drafts one list out of the two.
    ///
    /// Both are paid for, each under its own ceiling, and the receipt has both.
    func interleave(
        _ request: RecommendationRequest, _ experiment: Experiment, _ grant: TierGrant, _ tiers: TiersInForce
    ) async throws -> RecommendationResponse {
        var (answers, isFallback) = ([RecommendationResponse](), false)
        for arm in experiment.arms {
            let tier = arm.tier.flatMap { tiers.tier(named: $0) } ?? grant.tier
            let (snapshot, given, degradation) = try snapshot(
                for: TierGrant(tier: tier, generation: arm.generation ?? tier?.generation), tiers)
            isFallback = isFallback || !degradation.isEmpty
            answers.append(
                try await answer(given.applied(to: request), by: given.tier, from: snapshot, because: degradation))
        }
        var generator = SystemRandomNumberGenerator()
        let draft = TeamDraft(
            control: answers[0].items.map(\.itemID), treatment: answers[1].items.map(\.itemID), count: request.count,
            using: &generator)
        let known = Dictionary(
            answers.flatMap(\.items).map { ($0.itemID, $0) }, uniquingKeysWith: { first, _ in first })
        let items = draft.positions.enumerated().compactMap { place, position in
            known[position.item].map {
                RecommendedItem(itemID: $0.itemID, score: $0.score, rank: place + 1, reasons: $0.reasons)
            }
        }
        let key = experiment.arms.map(\.key).joined(separator: "+")
        var merged = RecommendationResponse(
            recommendationID: answers[0].recommendationID, generation: answers[0].generation, tier: answers[0].tier,
            scene: request.scene, items: items, cost: answers[0].cost.with(answers[1].cost), plan: answers[0].plan,
            estimatedRecall: answers[0].estimatedRecall,
            degradation: answers[0].degradation
                + answers[1].degradation.filter { !answers[0].degradation.contains($0) },
            took: answers[0].took + answers[1].took, explanation: answers[0].explanation)
        merged.experiment = ServedExperiment(key: experiment.key, arm: key)
        merged.tierRevision = tiers.revision
        expose(merged, of: experiment, arm: key, draft.positions.map(\.team), isFallback, grant, tiers)
        return merged
    }

    private func expose(
        _ answer: RecommendationResponse, of experiment: Experiment, arm: String,
        _ teams: [TeamDraft<ItemID>.Team?], _ isFallback: Bool, _ grant: TierGrant, _ tiers: TiersInForce
    ) {
        guard recordsExposures, let revision = tiers.revision,
            let layer = tiers.configuration.layers.first(where: { $0.key == experiment.layer }),
            let unit = grant.units[layer.unit]
        else { return }
        var exposure = Exposure(
            answer, at: date(), unit: unit, experiment: experiment.key, arm: arm, revision: revision, propensity: 1)
        exposure.isFallback = exposure.isFallback || isFallback
        exposure.items = zip(answer.items, teams).map { item, team in
            Exposure.Shown(item: item.itemID, propensity: 1, team: team.map { $0 == .control ? 0 : 1 } ?? 2)
        }
        exposures.offer(exposure)
    }
}

extension CostReport {
    /// Two receipts as one.
    fileprivate func with(_ other: CostReport) -> CostReport {
        CostReport(
            modelRevision: modelRevision, budget: budget + other.budget, planned: planned + other.planned,
            spent: spent + other.spent, stages: stages + other.stages, price: price)
    }
}
