import Domain
import Towers

/// Carries what an earlier model learnt over to the towers of a new training.
///
/// Rows go over by what they stand for: items by id, categories by name, and title words where both models hash them into as
/// many buckets. All that the earlier model does not know starts as it would without one.
struct WarmStart {
    let model: TwoTowerModel
    let vocabulary: FeatureVocabulary

    /// Whether the model's vectors are of the length that is trained.
    func fits(dimensions: Int) -> Bool { model.ladder.fullLength == dimensions }

    /// Overwrites the rows of `encoder` that the model knows.
    ///
    /// - Parameter encoder: Tables of the new vocabulary.
    func fill(_ encoder: inout ItemEncoder) {
        let known = model.vocabulary
        let items = Dictionary(known.items.enumerated().map { ($1, $0) }) { first, _ in first }
        copy(vocabulary.items.map { items[$0] }, from: model.encoder.items, to: &encoder.items)
        let categories = Dictionary(known.categories.enumerated().map { (Array($1.utf8), $0) }) { first, _ in first }
        copy(
            vocabulary.categories.map { categories[Array($0.utf8)] }, from: model.encoder.categories,
            to: &encoder.categories)
        if known.wordBuckets == vocabulary.wordBuckets { encoder.words = model.encoder.words }
    }

    /// The model's reader of ordered histories, if it has one of the shape that is trained.
    func reader(_ shape: SequenceShape) -> SequenceEncoder? { model.reader?.shape == shape ? model.reader : nil }

    private func copy(_ sources: [Int?], from old: [Float], to new: inout [Float]) {
        let dimensions = model.ladder.fullLength
        for (row, source) in sources.enumerated() {
            guard let source else { continue }
            for index in 0..<dimensions { new[row * dimensions + index] = old[source * dimensions + index] }
        }
    }
}
