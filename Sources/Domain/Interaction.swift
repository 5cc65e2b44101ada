/// A user did something with an item.
public struct Interaction: Hashable, Sendable {
    public let user: UserID
    public let item: ItemID
    /// When it happened; ``Timestamp/epoch`` when the source does not say.
    public let timestamp: Timestamp
    /// What was done: `view`, `click`, `rating` …; 1 to 64 bytes.
    public let kind: String
    /// How much of it: a rating, a duration, a price; `nil` when the kind has no amount.
    public let value: Float?
    /// The source's own id of the event; `nil` when it has none, and the fields above identify it.
    public let event: EventID?
    /// The answer that showed the item, if one did; 1 to 64 bytes.
    public let recommendation: String?

    public init(
        user: UserID, item: ItemID, timestamp: Timestamp = .epoch, kind: String = "interaction", value: Float? = nil,
        event: EventID? = nil, recommendation: String? = nil
    ) {
        self.user = user
        self.item = item
        self.timestamp = timestamp
        self.kind = kind
        self.value = value
        self.event = event
        self.recommendation = recommendation
    }
}
