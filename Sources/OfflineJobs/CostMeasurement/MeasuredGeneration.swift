import Domain
import Ranking
import Retrieval
import Towers
import Training
import VectorKernels

/// Builds what requests are timed on from a stored generation: its catalogue, a quarter of that, and its tower.
struct MeasuredGeneration: ~Copyable {
    private let model: TwoTowerModel
    private let quarter: Int
    private var small: IndexBuilder
    private var large: IndexBuilder
    private var smallVectors: FullVectorsBuilder
    private var largeVectors: FullVectorsBuilder
    private var features: [ItemFeatures] = []
    private var items: [ItemNumber] = []

    /// Rows from which what each row pays stands out from what each request does; a smaller catalogue is repeated to so many.
    private static let leastRows = 60_000

    /// Items that the tower reads.
    static let readItems = 2_000

    /// Starts with the generation's tower.
    ///
    /// - Throws: When the artefact is damaged.
    init(_ published: PublishedGeneration) throws {
        let generation = published.generation
        let ladder = generation.ladder
        model = try TwoTowerModel(decoding: published.artefact)
        quarter = generation.items / 4
        small = IndexBuilder(ladder: ladder)
        large = IndexBuilder(ladder: ladder)
        smallVectors = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: quarter)
        largeVectors = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: generation.items)
    }

    /// Gives an item the next row; one that has not been embedded yet gets none.
    mutating func append(_ item: StoredItem, embedding: [UInt16]?) throws {
        guard let embedding else { return }
        try large.append(halves: embedding.span)
        try largeVectors.append(halves: embedding.span)
        if items.count < quarter {
            try small.append(halves: embedding.span)
            try smallVectors.append(halves: embedding.span)
        }
        if items.count < Self.readItems { features.append(model.features(of: ItemContent(item.item))) }
        items.append(item.number)
    }

    /// Ends the building.
    ///
    /// - Returns: Catalogues, the tower of a generation that has one, and the items by row of the larger catalogue.
    consuming func finish() throws -> (
        catalogues: [MeasuredCatalogue], tower: CostMeasurement.Tower?, items: [ItemNumber]
    ) {
        let tower =
            model.isImported || features.isEmpty ? nil : CostMeasurement.Tower(model: model, features: features)
        let items = items
        let whole = largeVectors.finish()
        var catalogues = [try MeasuredCatalogue(index: large.finish(), vectors: whole)]
        if (1..<Self.leastRows).contains(items.count) {
            catalogues.append(try Self.repeated(whole, ladder: model.ladder))
        }
        if quarter > 0 {
            catalogues.insert(try MeasuredCatalogue(index: small.finish(), vectors: smallVectors.finish()), at: 0)
        }
        return (catalogues, tower, items)
    }

    /// The same items again and again, each a little elsewhere: reading them takes what as many items of a larger catalogue do.
    private static func repeated(_ vectors: FullVectors, ladder: PrefixLadder) throws -> MeasuredCatalogue {
        var generator = SeededGenerator(seed: 5)
        var index = IndexBuilder(ladder: ladder)
        var builder = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: leastRows)
        for row in 0..<leastRows {
            var values = vectors.embedding(ofRow: row % vectors.count)
            let size = (values.reduce(0) { $0 + $1 * $1 } / Float(values.count)).squareRoot()
            for dimension in values.indices { values[dimension] += 0.2 * size * (generator.unit() - 0.5) }
            let bits = HalfPrecision.bits(of: values.span)
            try index.append(halves: bits.span)
            try builder.append(halves: bits.span)
        }
        return try MeasuredCatalogue(index: index.finish(), vectors: builder.finish())
    }
}
