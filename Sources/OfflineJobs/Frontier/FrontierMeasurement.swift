public import Domain
import Ranking
import Retrieval
import VectorKernels

/// Measures what ways of answering find and cost on a catalogue's own queries.
///
/// One scan with the longest shortlist tells the recall of every depth after it, and one rerank of it every estimate, so the
/// grid of plans costs no more than its scans.
public struct FrontierMeasurement: Sendable {
    /// Items of an answer that curves are measured for.
    static let counts = [10, 50]
    /// Shares of the rows that curves are measured for; rows are allowed at random, whatever they are.
    static let allowedShares = [1, 0.1, 0.01]

    private let model: CostModel
    private let queries: Int
    private let workers: MatrixWorkers
    private let host: String

    /// What is under way.
    public enum Step: Sendable, Equatable {
        /// Exact answers are found.
        case answering(done: Int, of: Int)
        /// Ways to scan are measured.
        case scanning(done: Int, of: Int)
    }

    /// Prepares a measurement.
    ///
    /// - Parameters:
    ///   - model: Prices of work.
    ///   - queries: Users asked at most, spread evenly over all.
    ///   - threads: Share the queries; the result does not depend on their number.
    ///   - host: Name of this machine, for people.
    public init(model: CostModel, queries: Int = 500, threads: Int, host: String) {
        precondition(queries > 0, "\(queries) queries measure nothing.")
        self.model = model
        self.queries = queries
        self.host = host
        workers = MatrixWorkers(count: threads)
    }

    /// Answers a sample of the users by every way to scan and by all dimensions of all items.
    ///
    /// - Parameters:
    ///   - ladder: The generation's.
    ///   - items: A row for each item.
    ///   - users: A row for each user.
    ///   - seen: Rows of `items` that each user has events with; they are left out of every answer.
    ///   - report: Told what is under way.
    /// - Returns: The curves; `nil` without users or items.
    /// - Throws: ``Retrieval/RetrievalError`` or ``Ranking/RankingError`` when an embedding is damaged, and when the task
    ///   is cancelled.
    public func frontier(
        ladder: PrefixLadder, items: HalfEmbeddings, users: HalfEmbeddings, seen: [[Int]],
        report: (Step) -> Void = { _ in }
    ) throws -> Frontier? {
        guard users.count > 0, items.count > 0 else { return nil }
        var indexBuilder = IndexBuilder(ladder: ladder)
        var vectorsBuilder = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: items.count)
        for row in 0..<items.count {
            try indexBuilder.append(halves: items.bits.span.extracting(items.range(of: row)))
            try vectorsBuilder.append(halves: items.bits.span.extracting(items.range(of: row)))
        }
        let sample = Array(stride(from: 0, to: users.count, by: max(1, users.count / queries)).prefix(queries))
        let vectors = sample.map { HalfPrecision.values(of: users.bits.span.extracting(users.range(of: $0))) }
        return try frontier(
            index: indexBuilder.finish(), vectors: vectorsBuilder.finish(), ladder: ladder, queries: vectors,
            excluded: sample.map { seen[$0] }, report: report)
    }

    /// Answers queries by every way to scan and by all dimensions of all items.
    ///
    /// - Parameters:
    ///   - index: The items.
    ///   - fullVectors: As many, by the same rows.
    ///   - ladder: The generation's.
    ///   - queries: Of the full length.
    ///   - excluded: For each query rows that no answer may have.
    ///   - shouldStop: Asked before each query, on any worker; `true` ends the measurement with `CancellationError`.
    ///   - report: Told what is under way.
    /// - Returns: The curves; `nil` without queries or items.
    /// - Throws: As the other.
    func frontier(
        index: IndexSnapshot, vectors fullVectors: FullVectors, ladder: PrefixLadder, queries: [[Float]],
        excluded: [[Int]], shouldStop: @Sendable () -> Bool = { false }, report: (Step) -> Void
    ) throws -> Frontier? {
        guard !queries.isEmpty, index.liveCount > 0 else { return nil }
        let catalogue = AskedCatalogue(index: index, vectors: fullVectors, model: model)
        let grid = FrontierGrid(catalogue.index, ladder: ladder)
        var asked: [(share: Double, queries: [AskedQuery])] = []
        for (place, share) in Self.allowedShares.enumerated() {
            // The rarer the rows, the less an exact answer says of the index.
            let count = place == 0 ? queries.count : (queries.count + 1) / 2
            report(.answering(done: place, of: Self.allowedShares.count))
            let answered = try catalogue.ask(
                Array(queries.prefix(count)), excluded, share: share, counts: Self.counts, workers, shouldStop)
            asked.append((share, answered))
        }
        guard asked[0].queries.contains(where: { !$0.truth.isEmpty }) else { return nil }
        var curves: [RecallCurve] = []
        for (place, scan) in grid.scans.enumerated() {
            report(.scanning(done: place, of: grid.scans.count))
            for (share, queries) in asked {
                try Task.checkCancellation()
                let counts = share == 1 ? Self.counts : Array(Self.counts.prefix(1))
                let traces = try catalogue.traces(
                    of: queries, by: scan, candidates: grid.depths.last ?? 0, counts: counts, workers, shouldStop)
                for (count, traces) in zip(counts, traces) {
                    guard let curve = curve(scan, share, count, traces, grid.depths) else { continue }
                    curves.append(curve)
                }
            }
        }
        return Frontier(
            costModel: model.revision, host: host, queries: asked[0].queries.count, rows: catalogue.index.liveCount,
            curves: curves)
    }

    private func curve(
        _ scan: FrontierGrid.Scan, _ share: Double, _ count: Int, _ traces: [ScanTrace], _ depths: [Int]
    ) -> RecallCurve? {
        guard !traces.isEmpty else { return nil }
        func mean(_ traces: [ScanTrace], _ value: (ScanTrace) -> Double) -> Double {
            traces.reduce(0) { $0 + value($1) } / Double(max(1, traces.count))
        }
        let costs = traces.map(\.cost.microunits).sorted()
        let early = EarlyEnds(traces)
        return RecallCurve(
            probes: scan.probes, dimensions: scan.dimensions, allowedShare: share, count: count,
            scanCost: CostUnits(microunits: costs.reduce(0, +) / costs.count),
            highScanCost: CostUnits(microunits: costs[min(costs.count - 1, costs.count * 19 / 20)]),
            fixed: depths.filter { $0 == 0 || $0 >= count }.map { depth in
                DepthPoint(
                    depth: depth, recall: mean(traces) { $0.recall(depth: depth) },
                    ndcg: mean(traces) { $0.ndcg(depth: depth) })
            },
            adaptive: early?.points ?? [], predictor: early?.predictor, estimateError: early?.estimateError)
    }
}
