/// A place in the feed of item changes; all before it has been read.
public struct FeedPosition: Hashable, Comparable, Sendable {
    /// A watermark: every change of a transaction below it is before this position.
    public let watermark: UInt64

    public init(watermark: UInt64) {
        self.watermark = watermark
    }

    public static func < (left: Self, right: Self) -> Bool { left.watermark < right.watermark }
}

/// An item came, changed, or went.
public enum ItemChange: Sendable {
    case upserted(StoredItem)
    case deleted(ItemNumber)
}

/// Item changes in an order that loses none: those of transactions still under way come later, never before the position.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol ItemChangeFeed: Sendable {
    /// All changes from `position` on whose transactions have ended, and the position after them.
    ///
    /// The same change may come again after a restart: apply changes so that twice is once.
    func changes(after position: FeedPosition) async throws -> (changes: [ItemChange], position: FeedPosition)
}
