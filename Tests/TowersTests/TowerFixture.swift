import Domain
import Towers

/// A small model with made weights: three items, two categories, eight word buckets, two users.
func modelFixture(ladder: [Int] = [4, 8], ordered: Bool = false) throws -> TwoTowerModel {
    let ladder = try PrefixLadder(ladder)
    let dimensions = ladder.fullLength
    var state: UInt64 = 42
    func table(_ rows: Int) -> [Float] {
        (0..<rows * dimensions).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
    }
    let encoder = ItemEncoder(dimensions: dimensions, items: table(3), categories: table(2), words: table(8))
    let items = try ["a", "b", "c"].map { try ItemID($0) }
    let vocabulary = FeatureVocabulary(items: items, categories: ["Drama", "Comedy"], wordBuckets: 8)
    guard let vocabulary else { throw ModelArtefactError.damaged }
    let shape = SequenceShape(dimensions: dimensions, width: 6, blocks: 2)
    let parameters = Array(table((shape.count + dimensions - 1) / dimensions).prefix(shape.count))
    var unknown = [Float](repeating: 0, count: dimensions)
    unknown[0] = 1
    return TwoTowerModel(
        ladder: ladder, historyLength: 4, vocabulary: vocabulary, encoder: encoder, historyWeights: [0.5, 1, 2],
        reader: ordered ? SequenceEncoder(shape: shape, parameters: parameters) : nil,
        users: [try UserID("u"): 0, try UserID("v"): 1], userRows: table(2), unknownItem: unknown)
}

/// Content of an item, in short.
func content(_ id: String, _ title: String = "", _ categories: [String] = []) throws -> ItemContent {
    ItemContent(id: try ItemID(id), title: title, categories: categories)
}
