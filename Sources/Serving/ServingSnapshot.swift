package import Domain
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
    var index: IndexSnapshot
    var vectors: FullVectors
    var items: ServedItems
    var popular: PopularItems
    /// Measured recall by the name of a shipped plan.
    let frontier: [String: Double]
    /// Where the feed of changes goes on from.
    var position: FeedPosition

    /// Builds the snapshot of a published generation.
    ///
    /// - Returns: The snapshot, and the embeddings that the item tower made of items that had none.
    /// - Throws: When the artefact or an embedding is damaged.
    static func build(from published: PublishedGeneration) throws -> (snapshot: ServingSnapshot, made: HalfEmbeddings) {
        let model = try TwoTowerModel(decoding: published.artefact)
        let ladder = published.generation.ladder
        let stored = Dictionary(
            published.embeddings.numbers.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var made = HalfEmbeddings(dimensions: ladder.fullLength)
        var index = IndexBuilder(ladder: ladder)
        var vectors = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: published.items.count)
        var items: [ServedItem] = []
        items.reserveCapacity(published.items.count)
        for item in published.items {
            let features = model.features(of: ItemContent(item.item))
            if let row = stored[item.number.rawValue] {
                let bits = published.embeddings.bits.span.extracting(published.embeddings.range(of: row))
                try index.append(halves: bits, attributes: RowAttributes(item.item))
                try vectors.append(halves: bits)
            } else {
                let bits = HalfPrecision.bits(of: model.itemEmbedding(features).span)
                try index.append(halves: bits.span, attributes: RowAttributes(item.item))
                try vectors.append(halves: bits.span)
                made.numbers.append(item.number.rawValue)
                made.bits += bits
            }
            items.append(ServedItem(item, features: features))
        }
        let snapshot = ServingSnapshot(
            generation: published.generation, model: model, index: index.finish(), vectors: vectors.finish(),
            items: ServedItems(items), popular: PopularItems(items),
            frontier: Dictionary(published.frontier.map { ($0.plan, $0.recall) }) { first, _ in first },
            position: published.position)
        return (snapshot, made)
    }

    /// The snapshot after some changes of the catalogue.
    ///
    /// - Returns: The snapshot, and the embeddings that the item tower made.
    func applying(
        _ changes: [ItemChange], position: FeedPosition
    ) throws -> (snapshot: ServingSnapshot, made: HalfEmbeddings) {
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
                if let old, next.items[old].features == item.features {
                    // The embedding is the same: no new row.
                    indexChanges.append(.setAttributes(attributes, row: old))
                    next.items.describe(old, as: item)
                    continue
                }
                let bits = HalfPrecision.bits(of: model.itemEmbedding(item.features).span)
                let embedding = HalfPrecision.values(of: bits.span)
                if old == nil { next.popular.append(stored.number) }
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
        next.vectors = try vectors.appending(embeddings)
        next.position = position
        return (next, made)
    }
}
