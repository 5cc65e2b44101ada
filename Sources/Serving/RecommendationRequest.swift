public import Domain
public import Planning

/// What a caller asks for: items for a user, for a session, like an item, or near an embedding.
public struct RecommendationRequest: Sendable {
    /// Whom the items are for.
    public var userID: UserID?
    /// Similar items to this one are wanted instead.
    public var itemID: ItemID?
    /// The caller's fresh history, oldest first; a user unknown to us is served from it.
    public var sessionItemIDs: [ItemID] = []
    /// The caller's own query vector: as many finite elements as the generation's full length.
    public var embedding: [Float]?
    /// Where in the caller's product: chooses the default tier.
    public var scene = "home"
    /// Items wanted, 1 to 1000, and no more than the catalogue has; ``usualCount`` may be asked for in any case.
    public var count = usualCount
    public var filter = ItemFilter()
    /// Items that must not come; at most 10,000.
    public var excludedItemIDs: [ItemID] = []
    /// Whether items that the user has events with are left out.
    public var excludesSeen = true
    /// Name of a serving tier; `nil` takes the scene's, or, with a budget, the best that it pays for.
    public var tier: String?
    /// Ceiling in cost units; `nil` takes the tier's.
    public var maxCost: CostUnits?
    /// Second guard: what has not been done by then is cut.
    public var maxLatency: Duration?
    /// What a good answer is worth beside others', above 0; `nil` takes the tier's.
    public var value: Double?
    /// How late it is turned away when the capacity is short.
    public var criticality = Criticality.default
    /// What experiments may be aimed at.
    public var context = RequestContext()
    /// Whether the answer names the reasons of its plan.
    public var explains = false

    public static let counts = 1...1_000
    public static let usualCount = 10
    public static let excludedItemLimit = 10_000
    public static let sessionItemLimit = 1_000

    public init() {}

    /// Refuses what no generation could answer.
    ///
    /// - Throws: ``RequestError/invalid(pointer:detail:)`` with the JSON pointer of the request's member.
    public func validate() throws(RequestError) {
        guard Self.counts.contains(count) else {
            throw .invalid(pointer: "/n", detail: "\(count) items were asked for. Ask for 1 to 1000.")
        }
        guard excludedItemIDs.count <= Self.excludedItemLimit else {
            throw .invalid(
                pointer: "/exclude_item_ids",
                detail: "\(excludedItemIDs.count) items are excluded. Exclude at most 10,000, or use a filter.")
        }
        guard sessionItemIDs.count <= Self.sessionItemLimit else {
            throw .invalid(
                pointer: "/session_item_ids",
                detail: "The session has \(sessionItemIDs.count) items. Send the last 1,000 at most.")
        }
        if let embedding, !embedding.allSatisfy(\.isFinite) || embedding.allSatisfy({ $0 == 0 }) {
            throw .invalid(
                pointer: "/embedding", detail: "The embedding is zero or not finite. Send finite numbers, not all zero."
            )
        }
        if let value, !(value > 0 && value.isFinite) {
            throw .invalid(pointer: "/value", detail: "The value is \(value). Give a number above 0, or leave it out.")
        }
        if let maxLatency, maxLatency <= .zero {
            throw .invalid(
                pointer: "/budget/max_latency_ms", detail: "The deadline is not positive. Allow at least 1 ms.")
        }
    }
}
