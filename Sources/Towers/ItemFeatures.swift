/// An item's content as rows of a model's tables; of use to the model that made it only.
public struct ItemFeatures: Hashable, Sendable {
    /// Row in the model's item vocabulary; `nil` for an item that training never saw.
    public let item: Int?
    /// Rows in the model's category table; categories that training never saw are left out.
    public let categories: [Int32]
    /// Buckets of the hashed title words, in the title's order.
    public let words: [Int32]

    package init(item: Int?, categories: [Int32], words: [Int32]) {
        self.item = item
        self.categories = categories
        self.words = words
    }

    /// Whether an embedding can be made without the item's own row.
    package var hasContent: Bool { !categories.isEmpty || !words.isEmpty }
}
