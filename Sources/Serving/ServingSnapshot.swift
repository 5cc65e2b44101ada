package import Domain
import Planning
import Ranking
import Retrieval
import Towers
import VectorKernels

/// All that a request reads: one generation's towers, index and full vectors, and the catalogue, at one moment.
///
/// Immutable, and swapped whole: a request keeps the snapshot that it began with.
package struct ServingSnapshot: Sendable {
    package let generation: Generation
    let model: TwoTowerModel
    /// Whether ``vectors`` has all rows; else it has none.
    let keepsVectors: Bool
    var index: IndexSnapshot {
        didSet {
            lists = index.listShape
            mark = IndexMark()
        }
    }
    /// The lists of ``index``, counted once.
    private(set) var lists: ListShape?
    /// Another for each ``index``.
    private(set) var mark = IndexMark()
    var vectors: FullVectors
    var items: ServedItems
    var popular: PopularItems
    /// What plans are chosen by; `nil` before it was measured.
    var frontier: FrontierPlans?
    /// Where the feed of changes goes on from.
    var position: FeedPosition
    /// Embeddings that its item tower made and that are not in the store yet.
    var unstored = UnstoredEmbeddings()
    /// Whether it was restored from a file.
    package internal(set) var isRestored = false
    /// Changes of items since it was built or restored.
    private(set) var changeCount = 0

    init(
        generation: Generation, model: TwoTowerModel, keepsVectors: Bool, index: IndexSnapshot, vectors: FullVectors,
        items: ServedItems, popular: PopularItems, frontier: FrontierPlans?, position: FeedPosition,
        isRestored: Bool = false
    ) {
        self.generation = generation
        self.model = model
        self.keepsVectors = keepsVectors
        self.index = index
        self.vectors = vectors
        self.items = items
        self.popular = popular
        self.frontier = frontier
        self.position = position
        self.isRestored = isRestored
        lists = index.listShape
    }

    /// The snapshot after some changes of the catalogue.
    ///
    /// They may be applied more than once.
    ///
    /// - Parameters:
    ///   - changes: What came, changed or went.
    ///   - position: Where the feed goes on from.
    ///   - remakes: Whether items whose content is known already are embedded again too. The store's embedding of an item
    ///     may be older than its content where another node had not stored it yet when this snapshot was loaded.
    /// - Returns: The snapshot, with what its item tower made, and what that changed in the index.
    /// - Throws: When an embedding has no direction or the wrong length.
    func applying(
        _ changes: [ItemChange], position: FeedPosition, remakes: Bool = false
    ) throws -> (snapshot: ServingSnapshot, indexChanges: [IndexChange]) {
        var next = self
        var made = HalfEmbeddings(dimensions: generation.ladder.fullLength)
        var indexChanges: [IndexChange] = []
        var embeddings: [[Float]] = []
        for change in changes {
            switch change {
            case .upserted(let stored):
                let item = ServedItem(stored, features: model.features(of: ItemContent(stored.item)))
                let attributes = RowAttributes(stored.item)
                let old = next.items.row(of: stored.number)
                if let old, !remakes || model.isImported, next.items[old].features == item.features {
                    // The embedding is the same: no new row.
                    indexChanges.append(.setAttributes(attributes, row: old))
                    next.items.describe(old, as: item)
                    continue
                }
                let bits = HalfPrecision.bits(of: model.itemEmbedding(item.features).span)
                // Vectors that came from elsewhere are no tower that could embed what came later.
                guard !bits.isEmpty else { continue }
                let embedding = HalfPrecision.values(of: bits.span)
                if old == nil { next.popular.append(stored.number, beside: next.items.loaded) }
                indexChanges.append(.upsert(embedding: embedding, attributes: attributes, replacing: old))
                embeddings.append(embedding)
                next.items.append(item)
                made.numbers.append(stored.number.rawValue)
                made.bits += bits
            case .deleted(let number):
                guard let row = next.items.remove(number) else { continue }
                indexChanges.append(.delete(row: row))
            }
        }
        next.index = try index.applying(indexChanges)
        if keepsVectors { next.vectors = try vectors.appending(embeddings) }
        next.position = position
        if made.count > 0 { next.unstored.append(made) }
        next.changeCount += changes.count
        return (next, indexChanges)
    }
}
