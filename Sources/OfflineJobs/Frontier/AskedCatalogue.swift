import Domain
import Ranking
import Retrieval
import Synchronization
import Training
import VectorKernels

/// A query with its true answer.
struct AskedQuery: Sendable {
    let vector: [Float]
    /// Slots allowed.
    let mask: RowMask
    /// Rows of the full-vector answer, best first.
    let truth: [Int]
}

/// An index and its full vectors, asked by many queries at once.
struct AskedCatalogue: Sendable {
    let index: IndexSnapshot
    let vectors: FullVectors
    let model: CostModel

    /// Answers queries by all dimensions of all allowed rows.
    ///
    /// - Parameters:
    ///   - queries: Of the full length.
    ///   - excluded: Rows that each query leaves out.
    ///   - share: Share of the rows that are allowed, drawn by their numbers.
    ///   - counts: Items of an answer; the largest is found.
    ///   - workers: Share the queries.
    ///   - shouldStop: Asked before each query.
    /// - Returns: The queries with their answers, in their order.
    /// - Throws: ``Ranking/RankingError`` for a query without direction, `CancellationError` when it should stop.
    func ask(
        _ queries: [[Float]], _ excluded: [[Int]], share: Double, counts: [Int], _ workers: MatrixWorkers,
        _ shouldStop: @Sendable () -> Bool
    ) throws -> [AskedQuery] {
        var barred: [Int] = []
        if share < 1 {
            var generator = SeededGenerator(seed: 17)
            barred = (0..<index.count).filter { _ in Double(generator.unit()) >= share }
        }
        let base = try index.mask(excludedRows: barred)
        let count = counts.max() ?? 0
        return try map(queries.count, workers, shouldStop) { query in
            var mask = base
            for row in excluded[query] { index.remove(row, from: &mask) }
            let vector = queries[query]
            let best = try vectors.exactSearch(vector.span, count: count, mask: index.byRow(mask))
            return AskedQuery(vector: vector, mask: mask, truth: best.map(\.row))
        }
    }

    /// What queries find by one way to scan.
    ///
    /// - Returns: For each of `counts` a trace of each query that has an answer.
    /// - Throws: ``Retrieval/RetrievalError`` when the task is cancelled.
    func traces(
        of queries: [AskedQuery], by scan: FrontierGrid.Scan, candidates: Int, counts: [Int], _ workers: MatrixWorkers,
        _ shouldStop: @Sendable () -> Bool
    ) throws -> [[ScanTrace]] {
        let found = try map(queries.count, workers, shouldStop) { position -> [ScanTrace?] in
            let query = queries[position]
            guard !query.truth.isEmpty else { return counts.map { _ in nil } }
            var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
            let shortlist = try index.candidates(
                for: query.vector.span, probes: scan.probes, dimensions: scan.dimensions, count: candidates,
                mask: query.mask, model: model, paying: &meter)
            let kept = min(candidates, query.mask.count) * model.keptRow
            let cost = CostUnits(microunits: meter.finish().spent.microunits - kept.microunits)
            let full = try vectors.cosines(of: shortlist.map(\.row), with: query.vector.span)
            let places = Dictionary(zip(shortlist.map(\.row), 0...)) { first, _ in first }
            return counts.map { count in
                let truth = query.truth.prefix(count)
                return ScanTrace(
                    prefixScores: shortlist.map(\.score), fullScores: full,
                    places: truth.compactMap { places[$0] }.sorted(), wanted: truth.count,
                    hasAll: shortlist.count < candidates, cost: cost)
            }
        }
        return counts.indices.map { place in found.compactMap { $0[place] } }
    }

    /// Maps positions on all workers; every position's value stands at its place.
    private func map<Value: Sendable>(
        _ count: Int, _ workers: MatrixWorkers, _ shouldStop: @Sendable () -> Bool,
        _ transform: @Sendable (Int) throws -> Value
    ) throws -> [Value] {
        let parts = Mutex([Int: Result<[Value], any Error>]())
        workers.run { worker in
            let part = Result {
                try workers.range(of: worker, rows: count).map { position in
                    if shouldStop() { throw CancellationError() }
                    return try transform(position)
                }
            }
            parts.withLock { $0[worker] = part }
        }
        let done = parts.withLock { $0 }
        return try (0..<workers.count).flatMap { try done[$0]?.get() ?? [] }
    }
}
