public import Domain

/// A serving tier as the configuration writes it: what its requests may cost, and how they are treated.
public struct TierDefinition: Equatable, Sendable {
    /// Positions of the shipped plans, cheapest first: what ``floor`` and ``ceiling`` choose among.
    public static let levels = 0...4

    /// How badly a request of this tier is missed when it is turned away.
    public enum Criticality: String, CaseIterable, Sendable {
        case critical, `default`, sheddable
    }

    /// A plan that is laid down instead of planned.
    public struct Knobs: Hashable, Sendable {
        /// Leading dimensions that the scan reads; a rung of the generation's ladder.
        public let prefixDimensions: Int
        /// Candidates that the scan keeps.
        public let candidates: Int
        /// Dimensions that candidates are reranked by: the full length, or 0 to answer in the scan's order.
        public let rankDimensions: Int

        public init(prefixDimensions: Int, candidates: Int, rankDimensions: Int) {
            self.prefixDimensions = prefixDimensions
            self.candidates = candidates
            self.rankDimensions = rankDimensions
        }
    }

    /// What requests and receipts call it.
    public let name: String
    /// The most that one request may cost; `nil` for no other bound than ``knobs`` and ``ceiling``.
    public let maximumCost: CostUnits?
    /// The plan of every request; `nil` leaves it to the planner.
    public let knobs: Knobs?
    /// The cheapest of the shipped plans that its requests may get; `nil` for the cheapest there is.
    public let floor: Int?
    /// The dearest of the shipped plans that its requests may get; `nil` for the dearest there is.
    public let ceiling: Int?
    /// The generation that answers; `nil` for the active one.
    public let generation: GenerationNumber?
    /// What a good answer is worth beside other tiers', above 0; `nil` for 1.
    public let value: Double?
    /// The longest that a request may take; `nil` for the service's own limit.
    public let deadlineMilliseconds: Int?
    /// `nil` for ``Criticality/default``.
    public let criticality: Criticality?
    /// The tier that answers when this one cannot; `nil` for the document's floor tier.
    public let fallback: String?
    /// What is done to the ranked items.
    public let rules: TierRules

    public init(
        name: String, maximumCost: CostUnits? = nil, knobs: Knobs? = nil, floor: Int? = nil, ceiling: Int? = nil,
        generation: GenerationNumber? = nil, value: Double? = nil, deadlineMilliseconds: Int? = nil,
        criticality: Criticality? = nil, fallback: String? = nil, rules: TierRules = TierRules()
    ) {
        self.name = name
        self.maximumCost = maximumCost
        self.knobs = knobs
        self.floor = floor
        self.ceiling = ceiling
        self.generation = generation
        self.value = value
        self.deadlineMilliseconds = deadlineMilliseconds
        self.criticality = criticality
        self.fallback = fallback
        self.rules = rules
    }

    /// The shipped plans that its requests may get.
    public var plans: ClosedRange<Int> {
        let lowest = floor ?? Self.levels.lowerBound
        return lowest...max(lowest, ceiling ?? Self.levels.upperBound)
    }
}
