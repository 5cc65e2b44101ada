/// What was served to a unit in an experiment.
public struct Exposure: Hashable, Sendable {
    /// An item that was shown.
    public struct Shown: Hashable, Sendable {
        public let item: ItemID
        /// Probability that it came at its rank, above 0 and up to 1.
        public let propensity: Double
        /// Of an interleaved answer: which of the two lists it came from, 0 or 1; 2 where one list was at its end.
        public let team: Int?

        public init(item: ItemID, propensity: Double, team: Int? = nil) {
            (self.item, self.propensity, self.team) = (item, propensity, team)
        }
    }

    /// The answer's id; with the experiment it identifies the exposure.
    public var recommendation: String
    public var at: Timestamp
    /// Whom the experiment assigns: a user's id.
    public var unit: String
    public var experiment: String
    public var arm: String
    /// The revision of tiers and experiments that assigned it.
    public var revision: TierRevisionNumber
    public var tier: String
    public var generation: GenerationNumber
    public var scene: String
    public var plan: String
    public var planned: CostUnits
    public var spent: CostUnits
    public var estimatedRecall: Double?
    public var took: Duration
    /// Why the answer is less than its tier promises, by their names.
    public var degraded: [String]
    /// Not answered as its arm says; left out of what arms are judged by.
    public var isFallback: Bool
    /// Put in its arm by hand; left out as well.
    public var isOverride: Bool
    /// Probability that this unit got this arm, above 0 and up to 1.
    public var propensity: Double
    /// In the order of their ranks.
    public var items: [Shown]

    public init(
        recommendation: String, at: Timestamp, unit: String, experiment: String, arm: String,
        revision: TierRevisionNumber, tier: String, generation: GenerationNumber, scene: String, plan: String,
        planned: CostUnits, spent: CostUnits, estimatedRecall: Double?, took: Duration, degraded: [String],
        isFallback: Bool, isOverride: Bool, propensity: Double, items: [Shown]
    ) {
        (self.recommendation, self.at, self.unit) = (recommendation, at, unit)
        (self.experiment, self.arm, self.revision) = (experiment, arm, revision)
        (self.tier, self.generation, self.scene, self.plan) = (tier, generation, scene, plan)
        (self.planned, self.spent, self.estimatedRecall, self.took) = (planned, spent, estimatedRecall, took)
        (self.degraded, self.isFallback, self.isOverride) = (degraded, isFallback, isOverride)
        (self.propensity, self.items) = (propensity, items)
    }
}

/// Keeps exposures.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol ExposureStore: Sendable {
    /// Stores exposures; returns when they are durable. One that is stored already is left as it is.
    ///
    /// - Returns: How many were new.
    func append(exposures: [Exposure]) async throws -> Int
    /// Drops all exposures of the days before one, in UTC.
    ///
    /// - Returns: How many days were dropped.
    func dropExposures(before moment: Timestamp) async throws -> Int
}
