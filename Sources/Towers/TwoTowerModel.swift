public import Domain
import VectorKernels

/// Two towers whose embeddings meet in one nested space: users' from what they did, items' from who they are and what they
/// are like.
///
/// The score of a user and an item at a rung of the ladder is the cosine of their embeddings' prefixes of that length. Each
/// prefix was trained to be an embedding by itself (Kusupati et al., "Matryoshka Representation Learning", NeurIPS 2022,
/// arXiv:2205.13147). Forward only: `Training` makes the weights.
public struct TwoTowerModel: Sendable {
    /// Prefix lengths that the model was trained for.
    public let ladder: PrefixLadder
    /// Items of a history that the user tower reads, counted from its end.
    public let historyLength: Int

    package var vocabulary: FeatureVocabulary
    /// The tables that both towers read: the item tower to embed an item, the user tower to read a history.
    package var encoder: ItemEncoder
    /// What each vocabulary item's vector is multiplied by in a history: rare items say more of their reader.
    ///
    /// Items outside the vocabulary count 1, as one of mean frequency does.
    package var historyWeights: [Float]
    /// Reads the history where its order carries meaning; where `nil`, the history is pooled.
    package var reader: SequenceEncoder?
    package var users: [UserID: Int]
    /// Row-major: users × full length; empty when the model has no user embeddings.
    package var userRows: [Float]
    /// Unit-length embedding of an item of which nothing is known; empty where such an item has none: ``isImported``.
    package var unknownItem: [Float]

    package init(
        ladder: PrefixLadder, historyLength: Int, vocabulary: FeatureVocabulary, encoder: ItemEncoder,
        historyWeights: [Float], reader: SequenceEncoder?, users: [UserID: Int], userRows: [Float], unknownItem: [Float]
    ) {
        self.ladder = ladder
        self.historyLength = historyLength
        self.vocabulary = vocabulary
        self.encoder = encoder
        self.historyWeights = historyWeights
        self.reader = reader
        self.users = users
        self.userRows = userRows
        self.unknownItem = unknownItem
    }

    /// Whether the user tower reads histories in their order; otherwise it pools them.
    public var readsOrder: Bool { reader != nil }

    /// Items in the vocabulary: those that have a row of their own.
    public var itemCount: Int { vocabulary.items.count }

    /// Looks up what the model knows of an item, in time linear in its title's words; an unknown id keeps its content.
    public func features(of content: ItemContent) -> ItemFeatures { vocabulary.features(of: content) }

    /// Embeds an item.
    ///
    /// - Parameter features: From ``features(of:)`` of this model.
    /// - Returns: Full-length embedding of unit length; finite. An item of which neither id nor content is known gets the
    ///   mean of all items; of an imported model it has no embedding, and there are no elements.
    public func itemEmbedding(_ features: ItemFeatures) -> [Float] {
        var embedding = [Float](repeating: 0, count: ladder.fullLength)
        var elements = embedding.mutableSpan
        encoder.add(features, to: &elements)
        return FloatRows.scaleToUnitLength(&elements) ? embedding : unknownItem
    }

    /// Embeds a user from what the user did, and from the user's own row where the model has one.
    ///
    /// - Parameters:
    ///   - history: Items of this model's ``features(of:)``, most recent last; only the last ``historyLength`` are read.
    ///   - user: Whose history it is; `nil` for a stranger.
    /// - Returns: Full-length embedding of unit length; `nil` when neither the history nor the user says anything.
    public func userEmbedding(history: [ItemFeatures], user: UserID? = nil) -> [Float]? {
        var embedding = [Float](repeating: 0, count: ladder.fullLength)
        var elements = embedding.mutableSpan
        let recent = history.suffix(historyLength)
        if let reader {
            var vectors = [Float](repeating: 0, count: recent.count * ladder.fullLength)
            var rows = vectors.mutableSpan
            for (row, features) in recent.enumerated() {
                var vector = rows._mutatingExtracting(row * ladder.fullLength..<(row + 1) * ladder.fullLength)
                encoder.add(features, to: &vector)
            }
            if !recent.isEmpty { FloatRows.add(reader.read(vectors).span, times: 1, to: &elements) }
        } else {
            for features in recent {
                encoder.add(features, scale: features.item.map { historyWeights[$0] } ?? 1, to: &elements)
            }
            FloatRows.scale(&elements, by: ItemEncoder.share(of: recent.count))
        }
        if let user, let row = users[user], !userRows.isEmpty {
            let range = row * ladder.fullLength..<(row + 1) * ladder.fullLength
            FloatRows.add(userRows.span.extracting(range), times: 1, to: &elements)
        }
        return FloatRows.scaleToUnitLength(&elements) ? embedding : nil
    }
}
