import Domain
import Towers
import VectorKernels

/// Embeds what is put into the catalogue for a generation that this node does not answer from.
///
/// It has the generation's towers and its place in the feed, and no index.
struct GenerationWriter: Sendable {
    /// `nil` until the towers are loaded; the feed waits at ``position`` meanwhile.
    var model: TwoTowerModel?
    /// Where the feed goes on from.
    var position: FeedPosition
    /// Made here and not in the store yet.
    var unstored = UnstoredEmbeddings()

    init(position: FeedPosition) {
        self.position = position
    }

    /// Embeds what came or changed; the store has the same for what has not.
    ///
    /// A model whose vectors came from elsewhere is no tower, and embeds nothing.
    mutating func write(_ changes: [ItemChange], position: FeedPosition) {
        guard let model else { return }
        var made = HalfEmbeddings(dimensions: model.ladder.fullLength)
        for case .upserted(let stored) in changes {
            let bits = HalfPrecision.bits(
                of: model.itemEmbedding(model.features(of: ItemContent(stored.item))).span)
            guard !bits.isEmpty else { continue }
            made.numbers.append(stored.number.rawValue)
            made.bits += bits
        }
        if made.count > 0 { unstored.append(made) }
        self.position = position
    }
}
