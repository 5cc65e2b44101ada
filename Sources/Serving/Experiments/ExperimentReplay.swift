public import Domain
public import ExperimentStatistics
public import Experiments

/// What other tiers would have cost and brought, from the exposures of an experiment.
///
/// Costs are exact: each request is planned and answered again under the tier that it would have got, on the catalogue as it
/// is now. Rewards are estimated from those exposures that happen to have had that tier.
public struct ExperimentReplay: Sendable {
    /// One tier's part.
    public struct Part: Hashable, Sendable {
        public let tier: String
        /// Exposures that would get it.
        public let exposures: Int
        /// Mean units of their requests.
        public let cost: Double
    }

    /// What came of it.
    public struct Outcome: Sendable {
        /// Exposures that were replayed.
        public let exposures: Int
        /// Mean units and clicks of an exposure, as logged.
        public let loggedCost: Double
        public let loggedReward: Double
        /// Mean units of an exposure under the other tiers.
        public let cost: Double
        public let parts: [Part]
        /// Clicks of an exposure under the other tiers.
        public let reward: OffPolicyEstimate
    }

    private let service: RecommendationService
    private let records: any ExperimentRecords

    /// Prepares a replay.
    ///
    /// - Parameters:
    ///   - service: Answers the requests again; nobody else uses it meanwhile.
    ///   - records: The exposures.
    public init(service: RecommendationService, records: any ExperimentRecords) {
        (self.service, self.records) = (service, records)
    }

    /// Runs the replay.
    ///
    /// - Parameters:
    ///   - key: The experiment.
    ///   - target: The other tiers and experiments.
    ///   - limit: Exposures at most, the oldest first.
    /// - Returns: What they would have cost and brought.
    /// - Throws: ``NothingExposed``; ``ExperimentStatistics/OffPolicyError`` where the exposures do not tell.
    public func run(_ key: String, under target: TierConfiguration, limit: Int) async throws -> Outcome {
        let logged = try await records.exposures(ExperimentQuestion(experiment: key), limit: limit)
        guard !logged.isEmpty else { throw NothingExposed(experiment: key) }
        let tiers = TiersInForce(target)
        service.adopt(tiers)
        let model = RewardModel(logged)
        var (decisions, costs, known) = ([String: [LoggedDecision]](), [String: [Double]](), [Answered: Double]())
        for exposure in logged {
            try Task.checkCancellation()
            let decision = tiers.table.decide(
                AssignmentUnits(user: Array(exposure.unit.utf8), session: Array(exposure.unit.utf8)),
                context: AssignmentContext(scene: exposure.scene))
            let asked = Answered(unit: exposure.unit, tier: decision.tier, items: exposure.items)
            let cost: Double
            if let again = known[asked] { cost = again } else { cost = try await spent(asked) }
            known[asked] = cost
            costs[decision.tier, default: []].append(cost)
            decisions[exposure.unit, default: []].append(model.decision(exposure, insteadOf: decision.tier))
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        return Outcome(
            exposures: logged.count, loggedCost: mean(logged.map(\.spent)),
            loggedReward: mean(logged.map { Double($0.clicks) }), cost: mean(costs.values.flatMap(\.self)),
            parts: costs.sorted { $0.key < $1.key }.map {
                Part(tier: $0.key, exposures: $0.value.count, cost: mean($0.value))
            },
            reward: try OffPolicyEstimate(units: decisions.sorted { $0.key < $1.key }.map(\.value)))
    }

    private struct Answered: Hashable {
        let unit: String
        let tier: String
        let items: Int
    }

    private func spent(_ asked: Answered) async throws -> Double {
        var request = RecommendationRequest()
        request.userID = try UserID(asked.unit)
        request.tier = asked.tier
        request.count = max(1, asked.items)
        return try await service.recommend(request).cost.spent.units
    }
}

/// Mean clicks by tier, and how probable each tier was.
private struct RewardModel {
    private let means: [String: Double]
    private let overall: Double
    /// Tiers with the probability that a unit got them.
    private let propensities: [String: Double]

    init(_ logged: [LoggedExposure]) {
        means = Dictionary(grouping: logged, by: \.tier).mapValues { exposures in
            exposures.reduce(0) { $0 + Double($1.clicks) } / Double(exposures.count)
        }
        overall = logged.reduce(0) { $0 + Double($1.clicks) } / Double(logged.count)
        // Arms that have one tier in common make it as probable as they are together.
        var arms: [String: [String: Double]] = [:]
        for exposure in logged { arms[exposure.tier, default: [:]][exposure.arm] = exposure.propensity }
        propensities = arms.mapValues { min(1, $0.values.reduce(0, +)) }
    }

    func decision(_ exposure: LoggedExposure, insteadOf target: String) -> LoggedDecision {
        LoggedDecision(
            loggingPropensity: propensities[exposure.tier], targetPropensity: exposure.tier == target ? 1 : 0,
            reward: Double(exposure.clicks), predictedReward: means[exposure.tier] ?? overall,
            predictedTargetValue: means[target] ?? overall, coveredMass: propensities[target] == nil ? 0 : 1)
    }
}

/// Thrown when an experiment has no exposure that counts.
public struct NothingExposed: Error, Equatable, CustomStringConvertible {
    let experiment: String

    public var description: String {
        "The experiment '\(experiment)' has no exposure to replay: nobody was served under it, or retention has dropped "
            + "its days. `linden experiments list` shows those there are."
    }
}
