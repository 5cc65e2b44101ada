public import Domain

/// What the item tower reads of an item.
public struct ItemContent: Hashable, Sendable {
    public let id: ItemID
    /// Words for people; may be empty.
    public let title: String
    /// Names from a small set: genres, departments; may be empty.
    public let categories: [String]

    public init(id: ItemID, title: String = "", categories: [String] = []) {
        self.id = id
        self.title = title
        self.categories = categories
    }

    /// Takes the parts of a catalogue item that the tower reads.
    public init(_ item: CatalogueItem) {
        self.init(id: item.id, title: item.title, categories: item.categories)
    }
}
