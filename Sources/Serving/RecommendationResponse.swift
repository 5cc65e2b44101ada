public import Domain

/// An item in an answer.
public struct RecommendedItem: Hashable, Sendable {
    public let itemID: ItemID
    /// Higher is better; comparable within one answer only.
    public let score: Float
    /// 1 for the best.
    public let rank: Int
    /// Why it is here: `two_tower`, `similar_item`, `popular`.
    public let reasons: [String]

    public init(itemID: ItemID, score: Float, rank: Int, reasons: [String]) {
        self.itemID = itemID
        self.score = score
        self.rank = rank
        self.reasons = reasons
    }
}

/// Why an answer is less than its tier promises.
public enum DegradationReason: String, Sendable {
    /// No such user and no session: popular items.
    case unknownUser = "unknown_user"
    /// A user without history: popular items.
    case emptyHistory = "empty_history"
    /// The user's rows could not be fetched: served from the session, or popular items.
    case storeAway = "store_away"
    /// The budget ended before the plan did.
    case budgetCut = "budget_cut"
    /// The budget pays for no scan: popular items.
    case budgetFloor = "budget_floor"
    /// Nothing was measured under the prices that serve now, so a shipped plan was taken.
    case uncalibrated
    /// The deadline came before the plan ended.
    case deadlineCut = "deadline_cut"
    /// The tier's generation is not in memory here: answered from the active one.
    case otherGeneration = "other_generation"
    /// The tier's generation is not in memory here, or the capacity does not pay for it: the tier served that it falls
    /// back to.
    case fallbackTier = "fallback_tier"
    /// Filter and exclusions left fewer items than were asked for.
    case notEnoughItems = "not_enough_items"
}

/// What a stage of the request did, and its price.
public struct StageReport: Hashable, Sendable {
    public let name: String
    /// Dimensions read of each row; 0 where the stage reads no vectors.
    public let dimensions: Int
    public let rows: Int
    public let cost: CostUnits
    /// Wall time, for people; never part of a decision.
    public let duration: Duration

    public init(name: String, dimensions: Int, rows: Int, cost: CostUnits, duration: Duration) {
        self.name = name
        self.dimensions = dimensions
        self.rows = rows
        self.cost = cost
        self.duration = duration
    }
}

/// The receipt of a request: what it might spend, was planned to, and did.
public struct CostReport: Sendable {
    /// Number of the cost model that priced it.
    public let modelRevision: Int
    public let budget: CostUnits
    public let planned: CostUnits
    public let spent: CostUnits
    public let stages: [StageReport]
    /// What units are worth in money; `nil` where nobody has said.
    public let price: UnitPrice?

    public init(
        modelRevision: Int, budget: CostUnits, planned: CostUnits, spent: CostUnits, stages: [StageReport],
        price: UnitPrice? = nil
    ) {
        self.modelRevision = modelRevision
        self.budget = budget
        self.planned = planned
        self.spent = spent
        self.stages = stages
        self.price = price
    }

    /// Price of what was spent, in millionths of the currency.
    public var moneyMicros: Double? { price?.micros(of: spent) }
}

/// The arm of an experiment that a request was in.
public struct ServedExperiment: Hashable, Sendable {
    public let key: String
    public let arm: String

    public init(key: String, arm: String) {
        (self.key, self.arm) = (key, arm)
    }
}

/// An answer with its receipt.
public struct RecommendationResponse: Sendable {
    /// Unique: `r-` and 32 hexadecimal digits.
    public let recommendationID: String
    public let generation: GenerationNumber
    public let tier: String
    public let scene: String
    /// Best first.
    public let items: [RecommendedItem]
    public let cost: CostReport
    /// Name of the plan that was carried out.
    public let plan: String
    /// Share of the full-vector answer that this plan finds on average, measured when the generation was calibrated;
    /// `nil` before that and for answers that no query made.
    public let estimatedRecall: Double?
    /// Empty for an answer that is all that its tier promises.
    public let degradation: [DegradationReason]
    public let took: Duration
    /// Why this plan, if the caller asked.
    public let explanation: RequestExplanation?
    /// The experiment that chose for it, if one did.
    public internal(set) var experiment: ServedExperiment?
    /// The revision of tiers and experiments that served it; `nil` for those that ship with Linden.
    public internal(set) var tierRevision: TierRevisionNumber?

    public init(
        recommendationID: String, generation: GenerationNumber, tier: String, scene: String, items: [RecommendedItem],
        cost: CostReport, plan: String, estimatedRecall: Double?, degradation: [DegradationReason], took: Duration,
        explanation: RequestExplanation? = nil
    ) {
        self.recommendationID = recommendationID
        self.generation = generation
        self.tier = tier
        self.scene = scene
        self.items = items
        self.cost = cost
        self.plan = plan
        self.estimatedRecall = estimatedRecall
        self.degradation = degradation
        self.took = took
        self.explanation = explanation
    }
}
