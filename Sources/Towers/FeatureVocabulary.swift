package import Domain

/// Which items, categories and title words a model knows, and at which rows.
package struct FeatureVocabulary: Sendable {
    /// Items in the order of their rows.
    package let items: [ItemID]
    /// Categories in the order of their rows.
    package let categories: [String]
    /// Buckets that title words are hashed into; 0 when the model reads no titles.
    package let wordBuckets: Int

    private let itemRows: [ItemID: Int]
    private let categoryRows: [[UInt8]: Int32]

    /// Creates a vocabulary.
    ///
    /// - Returns: `nil` when an item or a category stands twice.
    package init?(items: [ItemID], categories: [String], wordBuckets: Int) {
        var itemRows: [ItemID: Int] = Dictionary(minimumCapacity: items.count)
        for (row, item) in items.enumerated() where itemRows.updateValue(row, forKey: item) != nil { return nil }
        var categoryRows: [[UInt8]: Int32] = [:]
        for (row, name) in categories.enumerated()
        where categoryRows.updateValue(Int32(row), forKey: Array(name.utf8)) != nil { return nil }
        self.items = items
        self.categories = categories
        self.wordBuckets = wordBuckets
        self.itemRows = itemRows
        self.categoryRows = categoryRows
    }

    /// Looks an item's content up, in time linear in its words.
    package func features(of content: ItemContent) -> ItemFeatures {
        ItemFeatures(
            item: itemRows[content.id],
            categories: content.categories.compactMap { categoryRows[Array($0.utf8)] },
            words: TitleWords.buckets(of: content.title, count: wordBuckets)
        )
    }
}
