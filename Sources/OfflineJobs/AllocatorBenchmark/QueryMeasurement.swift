import Domain
import Ranking
import Retrieval
import VectorKernels

/// Answers a catalogue's own queries by every scan of a grid, and by all dimensions of all items.
struct QueryMeasurement {
    private let index: IndexSnapshot
    private let vectors: FullVectors
    private let model: CostModel
    private let k: Int
    let grid: AllocatorGrid

    /// Width of ``MeasuredQuery/Scan/band``, as a share of the query's norm that the prefix leaves out.
    private static let bandWidth: Float = 0.15

    /// Indexes a catalogue.
    ///
    /// - Parameters:
    ///   - items: A row for each item.
    ///   - ladder: The model's.
    ///   - model: The prices.
    ///   - k: Items of an answer.
    /// - Throws: ``Retrieval/RetrievalError``, ``Ranking/RankingError``.
    init(items: EmbeddingTable, ladder: PrefixLadder, model: CostModel, k: Int) throws {
        index = try IndexSnapshot(ladder: ladder, embeddings: items)
        vectors = try FullVectors(items)
        grid = AllocatorGrid(
            ladder: ladder, depth: index.depth, lists: index.listCount, rows: items.count, k: k, model: model)
        self.model = model
        self.k = k
    }

    /// Measures one query.
    ///
    /// - Parameters:
    ///   - query: The whole user vector.
    ///   - seen: Rows that are left out of the answers.
    /// - Returns: `nil` when there is nothing left to find.
    /// - Throws: ``Retrieval/RetrievalError``, ``Ranking/RankingError``.
    func measured(_ query: [Float], seen: [Int32]) throws -> MeasuredQuery? {
        let mask = try index.mask(excludedRows: seen.map(Int.init))
        let exact = Set(try vectors.exactSearch(query.span, count: k, mask: index.byRow(mask)).map(\.row))
        guard !exact.isEmpty else { return nil }
        let squares = query.map { $0 * $0 }
        let whole = squares.reduce(0, +)
        let scans = try grid.scans.map { scan in
            var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
            let found = try index.candidates(
                for: query.span, probes: scan.probes, dimensions: scan.dimensions, count: grid.deepest, mask: mask,
                model: model, paying: &meter)
            let left = max(0, 1 - squares.prefix(scan.dimensions).reduce(0, +) / whole).squareRoot()
            let edge = found.prefix(k).last.map { $0.score - Self.bandWidth * left } ?? 0
            let kept = min(grid.deepest, mask.count) * model.keptRow
            return MeasuredQuery.Scan(
                cost: CostUnits(microunits: meter.finish().spent.microunits - kept.microunits),
                places: found.indices.filter { exact.contains(found[$0].row) },
                band: found.prefix { $0.score >= edge }.count)
        }
        return MeasuredQuery(wanted: exact.count, scans: scans)
    }
}
