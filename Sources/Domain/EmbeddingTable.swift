/// Embeddings of many users or items, one row each.
public struct EmbeddingTable: Sendable {
    /// Length of each row.
    public let dimensions: Int
    /// Row-major: `count × dimensions` elements.
    public var elements: [Float]

    /// Number of rows.
    public var count: Int { elements.count / dimensions }

    /// Wraps `elements` as rows of `dimensions`.
    public init(dimensions: Int, elements: [Float]) {
        precondition(
            dimensions > 0 && elements.count % dimensions == 0,
            "\(elements.count) elements make no rows of \(dimensions).")
        self.dimensions = dimensions
        self.elements = elements
    }

    /// Where a row's elements lie.
    public func range(of row: Int) -> Range<Int> { row * dimensions..<(row + 1) * dimensions }
}
