public import ByteStreams
public import Domain
import Retrieval
import VectorFiles
import VectorKernels

/// Measures retrieval on files of vectors: what a stated recall costs on this machine.
///
/// Plans are chosen on every second query, and every figure comes from the others. It lives with the jobs that run offline
/// because it reads files, needs a clock, and uses retrieval and ranking together; the engine does none of these.
public struct RetrievalBenchmark: Sendable {
    private let base: ByteSource
    private let queries: ByteSource
    private let truth: ByteSource
    private let ladder: PrefixLadder?
    private let targets: [Double]
    private let k: Int
    private let threads: Int
    private let policy: ListPolicy

    /// Standard errors of recall that a plan must lie above its target on the queries it is chosen by: the target is below the
    /// one-sided interval of 99.5 %, because the halves differ too.
    private static let margin = 2.576
    /// How often each query is asked for a figure.
    private static let rounds = 3
    /// Neighbours of each query that are known, where the truth has so many: they spare exact searches under a filter.
    private static let knownNeighbours = 100

    /// Prepares the benchmark.
    ///
    /// - Parameters:
    ///   - base: The rows, `.fvecs` or `.npy`.
    ///   - queries: The queries, as long as the rows.
    ///   - truth: For each query its nearest rows by the cosine of all dimensions, `.ivecs` or `.npy`.
    ///   - ladder: Prefix lengths; `nil` takes those of the standard ladder that are shorter than the rows.
    ///   - depth: Longest prefix kept for scans; `nil` takes what serves the queries to tune by well.
    ///   - targets: Recalls to reach, above 0 up to 1.
    ///   - k: Results of each query that count; more than 0.
    ///   - threads: Threads that make the index, and that answer when throughput is measured; a lone query has one.
    public init(
        base: ByteSource, queries: ByteSource, truth: ByteSource, ladder: PrefixLadder? = nil, depth: Int? = nil,
        targets: [Double], k: Int, threads: Int
    ) {
        self.base = base
        self.queries = queries
        self.truth = truth
        self.ladder = ladder
        self.targets = targets
        self.k = k
        self.threads = threads
        policy = ListPolicy(depth: depth, workers: threads)
    }

    /// Runs the benchmark.
    ///
    /// - Parameter progress: Told what is being done.
    /// - Returns: The figures.
    /// - Throws: ``VectorFiles/VectorFileError`` or ``RetrievalBenchmarkError`` for the files; `CancellationError`.
    public func run(progress: (String) -> Void) throws -> RetrievalBenchmarkReport {
        progress("reading the queries")
        let judged = try readQueries()
        let ladder = try ladder(dimensions: judged.queries.dimensions)
        progress(policy.depth == nil ? "building the index, and choosing its depth" : "building the index")
        var building = SearchedRows.Building()
        let (tuning, measured) = (judged.half(from: 0), judged.half(from: 1))
        let (rows, trials) = try SearchedRows.choosingDepth(
            base, ladder: ladder, policy: policy, by: tuning, target: targets.reduce(0, max), building: &building)
        var report = RetrievalBenchmarkReport(rows: rows, queries: measured, threads: threads, building: building)
        report.trials = trials

        progress("exact search")
        report.exactRecall = try exactRecall(of: measured, on: rows)
        var tuner = rows.tuner(for: tuning, margin: Self.margin)
        for target in targets {
            progress("one query at a time, recall \(target)")
            let plan = try tuner.best(for: target) { plan, count in
                try (count.map { tuning.prefix($0) } ?? tuning).measurement(of: plan, on: rows)
            }.plan
            report.lone.append(
                .init(target: target, found: try measured.measurement(of: plan, on: rows, rounds: Self.rounds)))
        }
        for target in targets {
            progress("\(JudgedQueries.inFlight) queries in flight, recall \(target)")
            let plan = try tuner.best(for: target) { plan, count in
                try (count.map { tuning.prefix($0) } ?? tuning).throughput(of: plan, on: rows, threads: threads)
            }.plan
            let found = try measured.throughput(of: plan, on: rows, threads: threads, rounds: Self.rounds)
            report.together.append(.init(target: target, found: found))
        }
        progress("scan of all rows")
        report.fullScan = try ScanBenchmark.measure(
            rows.index, queries: measured.queries, count: 100, repetitions: 101)
        progress("to a snapshot file and back")
        report.snapshot = try SnapshotTiming(of: rows)
        try measureFilters(tuning: tuning, measured: measured, on: rows, progress: progress, into: &report)
        return report
    }

    /// Reads queries and truth, and checks them against what the base file says of itself.
    private func readQueries() throws -> JudgedQueries {
        let table = try VectorFileReader.embeddings(of: queries)
        guard table.count >= 2 else { throw RetrievalBenchmarkError.tooFewQueries(table.count) }
        let dimensions = try VectorFileReader(base).dimensions
        guard dimensions == table.dimensions else {
            throw VectorFileError.otherDimensions(
                name: queries.name, found: table.dimensions, expected: dimensions, of: base.name)
        }
        let rowCount = try VectorFileReader.rowCount(of: base)
        guard k <= rowCount else { throw RetrievalBenchmarkError.tooManyResults(asked: k, rows: rowCount) }
        let neighbours = try NearestNeighbours(
            truth, queries: table.count, baseRows: rowCount, k: k, atMost: Self.knownNeighbours)
        return JudgedQueries(queries: table, truth: neighbours, k: k)
    }

    private func ladder(dimensions: Int) throws -> PrefixLadder {
        let standard = PrefixLadder.standard.rungs.filter { $0 < dimensions } + [dimensions]
        let ladder = try ladder ?? PrefixLadder(standard)
        guard ladder.fullLength == dimensions else {
            throw RetrievalBenchmarkError.ladder(ladder, dimensions: dimensions)
        }
        return ladder
    }

    /// What the full vectors themselves find of the truth: less than 1 where the truth is by another measure than the cosine.
    private func exactRecall(of queries: JudgedQueries, on rows: SearchedRows) throws -> Double {
        let sample = 0..<min(queries.count, 20)
        let recalls = try sample.map { query in
            try Task.checkCancellation()
            return queries.recall(of: try rows.exactRows(for: queries.query(query).span, k: k), query: query)
        }
        return recalls.reduce(0, +) / Double(sample.count)
    }

    private func measureFilters(
        tuning: JudgedQueries, measured: JudgedQueries, on rows: SearchedRows, progress: (String) -> Void,
        into report: inout RetrievalBenchmarkReport
    ) throws {
        progress("attributes to filter by")
        let filters = try RandomFilters(on: rows)
        for share in RandomFilters.shares {
            progress("filter of \(share)")
            let filter = try filters.filter(share: share)
            guard filter.allowed > 0 else { continue }
            let (tuning, measured) = (try filter.judged(tuning), try filter.judged(measured))
            var tuner = filter.rows.tuner(for: tuning, margin: Self.margin, mask: try filter.mask())
            for target in targets {
                let plan = try tuner.best(for: target) { plan, count in
                    try (count.map { tuning.prefix($0) } ?? tuning)
                        .measurement(of: plan, on: filter.rows, mask: filter.mask)
                }.plan
                let found = try measured.measurement(
                    of: plan, on: filter.rows, rounds: Self.rounds, mask: filter.mask)
                report.filtered.append(
                    .init(share: share, allowed: filter.allowed, at: .init(target: target, found: found)))
            }
        }
    }
}
