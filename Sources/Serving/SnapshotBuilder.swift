import Domain
import Planning
import Ranking
import Retrieval
import Towers
import VectorKernels

/// Builds the snapshot of a published generation, an item at a time.
struct SnapshotBuilder: ~Copyable {
    private let generation: Generation
    private let frontier: FrontierPlans?
    private let position: FeedPosition
    private let model: TwoTowerModel
    private let keepsVectors: Bool
    private var index: IndexBuilder
    private var vectors: FullVectorsBuilder
    private var items = ItemColumnsBuilder()
    private var made: HalfEmbeddings

    /// Starts with the generation's towers.
    ///
    /// - Parameters:
    ///   - published: The generation.
    ///   - keepsVectors: Whether full vectors are to be in memory.
    ///   - lists: How rows are grouped into lists, and how much of each is kept.
    /// - Throws: When the artefact is damaged.
    init(_ published: PublishedGeneration, keepsVectors: Bool, lists: ListPolicy) throws {
        self.keepsVectors = keepsVectors
        generation = published.generation
        frontier = published.frontier.map(FrontierPlans.init)
        position = published.position
        model = try TwoTowerModel(decoding: published.artefact)
        let ladder = generation.ladder
        index = IndexBuilder(ladder: ladder, policy: lists)
        vectors = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: keepsVectors ? generation.items : 0)
        made = HalfEmbeddings(dimensions: ladder.fullLength)
    }

    /// Gives an item the next row; one without an embedding gets the item tower's, and no row where that has none.
    ///
    /// - Throws: When the embedding has no direction or the wrong length.
    mutating func append(_ item: StoredItem, embedding: [UInt16]?) throws {
        let features = model.features(of: ItemContent(item.item))
        let bits = embedding ?? HalfPrecision.bits(of: model.itemEmbedding(features).span)
        guard !bits.isEmpty else { return }
        try index.append(halves: bits.span, attributes: RowAttributes(item.item))
        if keepsVectors { try vectors.append(halves: bits.span) }
        items.append(ServedItem(item, features: features))
        guard embedding == nil else { return }
        made.numbers.append(item.number.rawValue)
        made.bits += bits
    }

    /// Ends the building.
    ///
    /// - Returns: The snapshot, with the embeddings that the item tower made of items that had none.
    consuming func finish() -> ServingSnapshot {
        let columns = items.finish()
        let made = UnstoredEmbeddings(self.made)
        var snapshot = ServingSnapshot(
            generation: generation, model: model, keepsVectors: keepsVectors, index: index.finish(),
            vectors: vectors.finish(),
            items: ServedItems(columns), popular: PopularItems(columns), frontier: frontier,
            position: position)
        snapshot.unstored = made
        return snapshot
    }
}
