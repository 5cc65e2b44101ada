import Domain
import Towers
import Training
import VectorKernels

/// Makes a generation's embeddings from its model.
struct CatalogueEmbedder: Sendable {
    let model: TwoTowerModel
    let threads: Int

    /// Embeddings of items; none of an item that the model has none for, as one from elsewhere may.
    func embeddings(of items: [StoredItem]) -> HalfEmbeddings {
        var made = HalfEmbeddings(dimensions: model.ladder.fullLength)
        for item in items {
            let embedding = model.itemEmbedding(model.features(of: ItemContent(item.item)))
            guard !embedding.isEmpty else { continue }
            made.numbers.append(item.number.rawValue)
            made.bits += HalfPrecision.bits(of: embedding.span)
        }
        return made
    }

    /// Embeddings of users from what they did, and the events that each is made of.
    ///
    /// - Parameters:
    ///   - histories: Of users; those without events get none.
    ///   - known: What users may have met.
    /// - Returns: A row a user of whom something is known.
    func embeddings(of histories: [StoredHistory], among known: KnownItems) -> (rows: HalfEmbeddings, events: [Int]) {
        let active = histories.filter { $0.events > 0 }
        let embeddings = UserEmbeddings.of(
            model, users: active.map(\.id), histories: active.map { $0.items.compactMap { known.rows[$0] } },
            features: known.features, threads: threads)
        var (rows, events) = (HalfEmbeddings(dimensions: model.ladder.fullLength), [Int]())
        for (history, embedding) in zip(active, embeddings) {
            guard let embedding else { continue }
            rows.numbers.append(history.number.rawValue)
            rows.bits += HalfPrecision.bits(of: embedding.span)
            events.append(history.events)
        }
        return (rows, events)
    }
}

/// The catalogue as a model's user tower knows it.
struct KnownItems: Sendable {
    private(set) var rows: [ItemNumber: Int32] = [:]
    private(set) var features: [ItemFeatures] = []

    mutating func add(_ items: [StoredItem], to model: TwoTowerModel) {
        for item in items {
            rows[item.number] = Int32(features.count)
            features.append(model.features(of: ItemContent(item.item)))
        }
    }
}
