public import Domain

/// A named serving policy: which of the shipped plans its requests may get.
public struct ServingTier: Hashable, Sendable {
    /// What requests and receipts call it.
    public let name: String
    /// Positions in the planner's plans, from the floor that is always paid for to the ceiling that is asked for first.
    public let plans: ClosedRange<Int>
    /// What a good answer is worth beside other tiers', above 0, for requests that do not say.
    public let value: Double
    /// The generation that its requests are answered from; `nil` for the active one.
    public let generation: GenerationNumber?

    public init(
        name: String, plans: ClosedRange<Int>, value: Double = 1, generation: GenerationNumber? = nil
    ) {
        self.name = name
        self.plans = plans
        self.value = value
        self.generation = generation
    }
}

/// The tiers of an installation.
public struct TierCatalogue: Hashable, Sendable {
    /// From the cheapest to the dearest.
    public let tiers: [ServingTier]
    /// Name of the tier of requests that name none.
    public let defaultTier: String

    /// The three tiers that ship with Linden, over the five shipped plans.
    public static let shipped = TierCatalogue(
        tiers: [
            ServingTier(name: "economy", plans: 0...1),
            ServingTier(name: "standard", plans: 0...3),
            ServingTier(name: "premium", plans: 0...4),
        ],
        defaultTier: "standard"
    )

    /// The tier of that name, if there is one.
    public func tier(named name: String) -> ServingTier? {
        tiers.first { $0.name == name }
    }

    /// The same tiers, some answered from generations of their own.
    ///
    /// - Parameter generations: By the tiers' names.
    /// - Returns: The tiers, in their order.
    public func answered(from generations: [String: GenerationNumber]) -> TierCatalogue {
        TierCatalogue(
            tiers: tiers.map { tier in
                ServingTier(
                    name: tier.name, plans: tier.plans, value: tier.value,
                    generation: generations[tier.name] ?? tier.generation)
            }, defaultTier: defaultTier)
    }

    /// The cheapest tier that reaches a plan: what a request that names a budget and no tier is booked under.
    public func tier(reaching plan: Int) -> ServingTier? {
        tiers.first { $0.plans.contains(plan) }
    }

    /// Positions of all plans that any tier allows.
    public var allPlans: ClosedRange<Int> {
        let lowest = tiers.map(\.plans.lowerBound).min() ?? 0
        return lowest...(tiers.map(\.plans.upperBound).max() ?? lowest)
    }
}
