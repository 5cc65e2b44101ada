import Domain

/// Item embeddings of one generation that were made here and are not in the store yet: the last of each item.
struct UnstoredEmbeddings: Sendable {
    private var dimensions = 0
    private var rows: [Int64: ArraySlice<UInt16>] = [:]

    init() {}

    init(_ made: HalfEmbeddings) {
        append(made)
    }

    mutating func append(_ made: HalfEmbeddings) {
        dimensions = made.dimensions
        for row in 0..<made.count { rows[made.numbers[row]] = made.bits[made.range(of: row)] }
    }

    /// Forgets what is stored now.
    mutating func remove(_ stored: HalfEmbeddings) {
        for row in 0..<stored.count where rows[stored.numbers[row]] == stored.bits[stored.range(of: row)] {
            rows[stored.numbers[row]] = nil
        }
    }

    /// The embedding of an item, if it is one of these.
    subscript(item: Int64) -> ArraySlice<UInt16>? { rows[item] }

    /// All of them, by number; `nil` when there are none.
    var table: HalfEmbeddings? {
        guard !rows.isEmpty else { return nil }
        let sorted = rows.sorted { $0.key < $1.key }
        return HalfEmbeddings(dimensions: dimensions, numbers: sorted.map(\.key), bits: sorted.flatMap(\.value))
    }
}
