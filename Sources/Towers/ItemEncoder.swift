import VectorKernels

/// Tables that turn an item's features into a vector: its own row, plus its categories' and its title words' rows, each kind
/// scaled by one over the root of their number.
///
/// Both towers of a model read the same one: with a table of its own the user tower learnt far less from as much data.
package struct ItemEncoder: Sendable {
    package let dimensions: Int
    /// Row-major: `vocabulary items × dimensions`.
    package var items: [Float]
    /// Row-major: `categories × dimensions`.
    package var categories: [Float]
    /// Row-major: `word buckets × dimensions`.
    package var words: [Float]

    package init(dimensions: Int, items: [Float], categories: [Float], words: [Float]) {
        self.dimensions = dimensions
        self.items = items
        self.categories = categories
        self.words = words
    }

    /// Adds the features' vector to `sum`.
    ///
    /// - Parameters:
    ///   - features: Rows to add up.
    ///   - readsItem: Whether the item's own row takes part; training leaves it out at times, so that content stands alone.
    ///   - scale: What the vector is multiplied by.
    ///   - sum: `dimensions` elements.
    package func add(
        _ features: ItemFeatures, readsItem: Bool = true, scale: Float = 1, to sum: inout MutableSpan<Float>
    ) {
        if readsItem, let item = features.item { add(items.span, row: item, scale: scale, to: &sum) }
        let categoryScale = scale * Self.share(of: features.categories.count)
        for row in features.categories { add(categories.span, row: Int(row), scale: categoryScale, to: &sum) }
        let wordScale = scale * Self.share(of: features.words.count)
        for row in features.words { add(words.span, row: Int(row), scale: wordScale, to: &sum) }
    }

    /// What each of `count` rows of one kind is multiplied by: one over the root, so that their sum keeps one row's length.
    package static func share(of count: Int) -> Float { count == 0 ? 0 : 1 / Float(count).squareRoot() }

    private func add(_ table: Span<Float>, row: Int, scale: Float, to sum: inout MutableSpan<Float>) {
        FloatRows.add(table.extracting(row * dimensions..<(row + 1) * dimensions), times: scale, to: &sum)
    }
}
