/// What is asked of the exposures of an experiment.
public struct ExperimentQuestion: Hashable, Sendable {
    public let experiment: String
    /// Exposures from then on; all that are kept for `nil`.
    public var since: Timestamp?
    /// How long after it was shown an item's event counts for the answer.
    public var attributionWindow = Duration.seconds(86_400)
    /// Kinds of events that count as clicks.
    public var kinds = ["click"]
    /// How long before a unit's first exposure its events are its covariate.
    public var covariatePeriod = Duration.seconds(28 * 86_400)

    public init(experiment: String) {
        self.experiment = experiment
    }
}

/// Moments of a metric over units: an outcome, what it is divided by, and a covariate from before.
public struct UnitMoments: Hashable, Sendable {
    public let units: Int
    /// Of outcome, denominator and covariate.
    public let means: SIMD3<Double>
    /// Sums of squared deviations from the means, in the same order.
    public let squares: SIMD3<Double>
    /// Sums of products of deviations: outcome × denominator, denominator × covariate, covariate × outcome.
    public let products: SIMD3<Double>

    public init(units: Int, means: SIMD3<Double>, squares: SIMD3<Double>, products: SIMD3<Double>) {
        (self.units, self.means, self.squares, self.products) = (units, means, squares, products)
    }
}

/// What the units of an arm were served, and what they made of it.
public struct ArmRecord: Hashable, Sendable {
    public let arm: String
    /// Units with an answer that counts.
    public let units: Int
    /// Answers that count: no fallback, no override, not interleaved.
    public let answers: Int
    /// Answers that were less than their tier promises.
    public let degraded: Int
    /// Answers by milliseconds taken: bucket b holds 1.01ᵇ up to 1.01ᵇ⁺¹.
    public let latencies: [Int: Int]
    /// By the names of ``metrics``.
    public let metrics: [String: UnitMoments]

    public init(
        arm: String, units: Int, answers: Int, degraded: Int, latencies: [Int: Int], metrics: [String: UnitMoments]
    ) {
        (self.arm, self.units, self.answers, self.degraded) = (arm, units, answers, degraded)
        (self.latencies, self.metrics) = (latencies, metrics)
    }

    /// The metrics there are; each is a ratio of sums over a unit's answers, but for `conversion`, a mean over units.
    public static let metrics = [
        "ctr", "clicks_per_request", "conversion", "reciprocal_rank", "value_per_request", "cost_per_request",
        "quality_per_unit", "degraded_rate",
    ]
}

/// Answers in which two lists were interleaved, by whose items were clicked.
public struct InterleavedVotes: Hashable, Sendable {
    public let first: Int
    public let second: Int
    public let ties: Int

    public init(first: Int, second: Int, ties: Int) {
        (self.first, self.second, self.ties) = (first, second, ties)
    }
}

/// An exposure with what came of it: what a policy is judged by off line.
public struct LoggedExposure: Hashable, Sendable {
    public let unit: String
    public let arm: String
    public let tier: String
    public let plan: String
    public let scene: String
    /// Items shown.
    public let items: Int
    /// Probability that this unit got this arm.
    public let propensity: Double
    /// Units spent, and clicks on what was shown.
    public let spent: Double
    public let clicks: Int

    public init(
        unit: String, arm: String, tier: String, plan: String, scene: String, items: Int, propensity: Double,
        spent: Double, clicks: Int
    ) {
        (self.unit, self.arm, self.tier, self.plan, self.scene) = (unit, arm, tier, plan, scene)
        (self.items, self.propensity, self.spent, self.clicks) = (items, propensity, spent, clicks)
    }
}

/// Reads what was exposed in experiments and what came of it.
public protocol ExperimentRecords: Sendable {
    /// What each arm's units were served; arms without any are left out.
    func records(_ question: ExperimentQuestion) async throws -> [ArmRecord]
    /// Whose items were clicked where two lists were interleaved.
    func votes(_ question: ExperimentQuestion) async throws -> InterleavedVotes
    /// Single exposures that count, in the order of their time; at most `limit`.
    func exposures(_ question: ExperimentQuestion, limit: Int) async throws -> [LoggedExposure]
}
