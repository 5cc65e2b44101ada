public import Domain

/// Made embeddings with the shape of trained ones: items in clusters, and early dimensions that carry the most.
public struct ClusteredVectors: Sendable {
    /// Items; not of unit norm.
    public let items: EmbeddingTable
    /// Users near an item each.
    public let queries: EmbeddingTable

    /// Makes items around one centre for every 50 of them; dimension `j` spreads as 1 / √(1 + j / 8).
    public init(items itemCount: Int, queries queryCount: Int, dimensions: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let spread = (0..<dimensions).map { 1 / (1 + Float($0) / 8).squareRoot() }
        func point(around centre: ArraySlice<Float>?, noise: Float) -> [Float] {
            let start = centre?.startIndex ?? 0
            return spread.indices.map { index in
                (centre?[start + index] ?? 0) + noise * spread[index] * generator.gaussian()
            }
        }
        let centres = (0..<max(1, itemCount / 50)).map { _ in point(around: nil, noise: 1) }
        let items = (0..<itemCount).map { point(around: centres[$0 % centres.count][...], noise: 0.6) }
        let queries = (0..<queryCount).map { _ in
            point(around: items[Int.random(in: 0..<itemCount, using: &generator)][...], noise: 0.4)
        }
        self.items = EmbeddingTable(dimensions: dimensions, elements: items.flatMap { $0 })
        self.queries = EmbeddingTable(dimensions: dimensions, elements: queries.flatMap { $0 })
    }
}

extension EmbeddingTable {
    /// One row's elements.
    public func row(_ row: Int) -> [Float] { Array(elements[range(of: row)]) }
}

extension SeededGenerator {
    /// About a standard normal number: the sum of twelve uniform ones, less six.
    public mutating func gaussian() -> Float {
        (0..<12).reduce(-6) { sum, _ in sum + Float.random(in: 0..<1, using: &self) }
    }

    /// Numbers from -1 to 1.
    public mutating func values(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &self) }
    }
}
