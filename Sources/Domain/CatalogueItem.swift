/// An item as the caller describes it.
public struct CatalogueItem: Hashable, Sendable {
    public let id: ItemID
    /// Words for people, and for the item tower; may be empty.
    public let title: String
    /// Names from a small set: genres, departments; in the caller's order.
    public let categories: [String]
    /// Declared keys with their values, for filters: `language` → `en`.
    public let attributes: [String: [String]]
    /// Whether it may be recommended now.
    public let isAvailable: Bool

    public init(
        id: ItemID, title: String = "", categories: [String] = [], attributes: [String: [String]] = [:],
        isAvailable: Bool = true
    ) {
        self.id = id
        self.title = title
        self.categories = categories
        self.attributes = attributes
        self.isAvailable = isAvailable
    }
}

/// A user as the caller describes it.
public struct CatalogueUser: Hashable, Sendable {
    public let id: UserID
    /// Declared keys with their values: `occupation` → `writer`.
    public let attributes: [String: [String]]

    public init(id: UserID, attributes: [String: [String]] = [:]) {
        self.id = id
        self.attributes = attributes
    }
}
