import Domain
import Towers
import Training
import VectorKernels

/// A generation's vectors as they are stored, beside the catalogue.
struct GenerationVectors {
    private(set) var items: [StoredItem] = []
    /// One row an item.
    private(set) var bits: [UInt16] = []
    /// Items of the catalogue without a vector.
    private(set) var missing: [StoredItem] = []
    let dimensions: Int

    init(dimensions: Int) { self.dimensions = dimensions }

    mutating func add(_ item: StoredItem, _ embedding: [UInt16]?) {
        guard let embedding, embedding.count == dimensions else {
            missing.append(item)
            return
        }
        items.append(item)
        bits += embedding
    }

    /// Reads all of a generation.
    static func load(_ generation: Generation, from store: any GenerationStore) async throws -> GenerationVectors {
        try await store.load(
            generation.number, begin: { _ in GenerationVectors(dimensions: generation.ladder.fullLength) },
            add: { vectors, item, embedding in vectors.add(item, embedding) })
    }

    /// The values of one row.
    func row(_ index: Int) -> [Float] {
        HalfPrecision.values(of: bits.span.extracting(index * dimensions..<(index + 1) * dimensions))
    }

    /// All values, and nothing for a row that some items lack: in the order of `numbers`.
    func table(of numbers: [ItemNumber]) -> EmbeddingTable {
        let rows = Dictionary(items.enumerated().map { ($1.number, $0) }, uniquingKeysWith: { first, _ in first })
        let none = [Float](repeating: 0, count: dimensions)
        return EmbeddingTable(
            dimensions: dimensions, elements: numbers.flatMap { number in rows[number].map(row) ?? none })
    }

    /// Rows that are the same every time, at most `count` of them.
    func sample(_ count: Int) -> [Int] {
        guard items.count > count else { return Array(items.indices) }
        return (0..<count).map { $0 * items.count / count }
    }
}

/// What is wrong with some vectors, counted.
struct VectorFaults {
    private(set) var rows = 0
    private(set) var nonFinite = 0
    /// Without a direction at the shortest rung.
    private(set) var zero = 0
    /// How far the norm of any of them is from 1.
    private(set) var normError = 0.0

    mutating func add(_ bits: Span<UInt16>, shortest: Int) {
        let values = HalfPrecision.values(of: bits)
        rows += 1
        guard values.allSatisfy(\.isFinite) else {
            nonFinite += 1
            return
        }
        if values.prefix(shortest).allSatisfy({ $0 == 0 }) { zero += 1 }
        let squares = values.reduce(0.0) { $0 + Double($1) * Double($1) }
        normError = max(normError, abs(squares.squareRoot() - 1))
    }
}
