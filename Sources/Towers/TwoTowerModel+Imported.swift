public import Domain
import VectorKernels

extension TwoTowerModel {
    /// Items of a history that are averaged for a user without a vector, counted from its end.
    public static let importedHistoryLength = 50

    /// Makes a model of item vectors that came from elsewhere: towers that look up.
    ///
    /// The item tower knows these items and no other, whatever their titles and categories; the user tower is the mean
    /// direction of what a user did. Users' own vectors stay in the store. It is `nil` when an item stands twice.
    ///
    /// - Parameters:
    ///   - ladder: Prefix lengths that may be served; its full length is the vectors'.
    ///   - items: Whose vectors they are.
    ///   - vectors: Row-major, one row an item, of any norm but zero.
    public init?(imported ladder: PrefixLadder, items: [ItemID], vectors: EmbeddingTable) {
        precondition(
            vectors.count == items.count && vectors.dimensions == ladder.fullLength,
            "\(vectors.count) vectors of \(vectors.dimensions) dimensions for \(items.count) items and \(ladder).")
        guard let vocabulary = FeatureVocabulary(items: items, categories: [], wordBuckets: 0) else { return nil }
        self.init(
            ladder: ladder, historyLength: Self.importedHistoryLength, vocabulary: vocabulary,
            encoder: ItemEncoder(dimensions: ladder.fullLength, items: vectors.elements, categories: [], words: []),
            historyWeights: [Float](repeating: 1, count: items.count), reader: nil, users: [:], userRows: [],
            unknownItem: [])
    }

    /// Whether its vectors came from elsewhere: it has none for an item that did not come with them.
    public var isImported: Bool { unknownItem.isEmpty }

    /// Embeds a user with a vector of their own who is just now busy with something: both in equal parts.
    ///
    /// - Parameters:
    ///   - own: The user's vector, of any norm but zero.
    ///   - session: Items of this model's ``features(of:)``; none leaves the user's vector as it is.
    /// - Returns: Full-length embedding of unit length; the user's own where the two cancel out.
    public func userEmbedding(own: [Float], session: [ItemFeatures]) -> [Float] {
        precondition(own.count == ladder.fullLength, "A vector of \(own.count) dimensions for \(ladder).")
        var sum = own
        var elements = sum.mutableSpan
        guard FloatRows.scaleToUnitLength(&elements), let pooled = userEmbedding(history: session) else { return sum }
        let alone = sum
        elements = sum.mutableSpan
        FloatRows.add(pooled.span, times: 1, to: &elements)
        return FloatRows.scaleToUnitLength(&elements) ? sum : alone
    }
}
