/// A place in the feed of item changes; all that could be read there has been read.
public struct FeedPosition: Hashable, Sendable {
    /// What the store needs to go on from here; means nothing to anyone else.
    public let token: String

    public init(token: String) {
        self.token = token
    }
}

/// An item came, changed, or went.
public enum ItemChange: Sendable {
    case upserted(StoredItem)
    case deleted(ItemNumber)
}

/// Item changes, none lost and none twice, whatever transactions commit late.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol ItemChangeFeed: Sendable {
    /// All changes whose transactions ended since `position`, and the position after them.
    func changes(after position: FeedPosition) async throws -> (changes: [ItemChange], position: FeedPosition)
}
