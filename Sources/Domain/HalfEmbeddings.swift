/// Embeddings as the store keeps them: IEEE 754 half precision, one row a number.
public struct HalfEmbeddings: Sendable {
    /// Length of each row.
    public let dimensions: Int
    /// The store's number of each row's user or item.
    public var numbers: [Int64]
    /// Row-major bit patterns: `numbers.count × dimensions` elements.
    public var bits: [UInt16]

    public init(dimensions: Int, numbers: [Int64] = [], bits: [UInt16] = []) {
        precondition(bits.count == numbers.count * dimensions, "\(bits.count) elements for \(numbers.count) rows")
        self.dimensions = dimensions
        self.numbers = numbers
        self.bits = bits
    }

    /// Number of rows.
    public var count: Int { numbers.count }

    /// Where a row's elements lie.
    public func range(of row: Int) -> Range<Int> { row * dimensions..<(row + 1) * dimensions }
}
