import ByteStreams
import Domain
import Ranking
import Retrieval
import VectorFiles
import VectorKernels

/// The rows of a base file, indexed, with their full vectors: what plans are measured on.
struct SearchedRows: Sendable {
    let index: IndexSnapshot
    let vectors: FullVectors

    /// What making it took.
    struct Building: Hashable, Sendable {
        /// Seconds of indexing and keeping full vectors, reading the file not counted.
        var seconds = 0.0
        /// Seconds that threads worked for that.
        var processorSeconds = 0.0
        /// Seconds of reading the file, twice.
        var readSeconds = 0.0
        /// Growth of the process's memory in use by the index.
        var indexBytes = 0
        /// Memory that the allocator kept of what making the index took, until it was told to give it back.
        var leftoverBytes = 0
        /// Growth of the memory in use by the index and the full vectors.
        var allBytes = 0
    }

    init(index: IndexSnapshot, vectors: FullVectors) {
        self.index = index
        self.vectors = vectors
    }

    /// Reads and indexes a file.
    ///
    /// The file is read twice, for the index and for the full vectors, so that the memory of each can be told.
    ///
    /// - Parameters:
    ///   - source: The file.
    ///   - ladder: Prefix lengths; the last is the length of the file's rows.
    ///   - policy: How the index is made.
    ///   - building: Gets what it took.
    /// - Throws: ``VectorFiles/VectorFileError``; `CancellationError`.
    init(_ source: ByteSource, ladder: PrefixLadder, policy: ListPolicy, building: inout Building) throws {
        let before = try ProcessMemory()
        var indexed = IndexBuilder(ladder: ladder, policy: policy)
        try Self.read(source, building: &building) { row in try indexed.append(row) }
        let finishing = ProcessStopwatch()
        index = indexed.finish()
        building.seconds += finishing.seconds
        building.processorSeconds += finishing.processorSeconds
        let indexedMemory = try ProcessMemory()
        building.indexBytes = indexedMemory.used - before.used
        building.leftoverBytes = indexedMemory.held - indexedMemory.used

        var kept = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: index.count)
        try Self.read(source, building: &building) { row in try kept.append(row) }
        vectors = kept.finish()
        building.allBytes = try ProcessMemory().used - before.used
    }

    private static func read(
        _ source: ByteSource, building: inout Building, _ take: (Span<Float>) throws -> Void
    ) throws {
        var reader = try VectorFileReader(source)
        var block: [Float] = []
        while true {
            try Task.checkCancellation()
            let reading = ProcessStopwatch()
            let count = try reader.readEmbeddings(into: &block)
            building.readSeconds += reading.seconds
            guard count > 0 else { return }
            let taking = ProcessStopwatch()
            for row in 0..<count {
                try take(block.span.extracting(row * reader.dimensions..<(row + 1) * reader.dimensions))
            }
            building.seconds += taking.seconds
            building.processorSeconds += taking.processorSeconds
        }
    }

    /// The `k` best rows for a query by a plan, best first, as a request without a ceiling gets them.
    func rows(for query: Span<Float>, plan: ServingPlan, k: Int, mask: RowMask? = nil) throws -> [Int] {
        let candidates = try shortlist(
            for: query, probes: plan.probes, dimensions: plan.scanDimensions, count: max(plan.shortlist, k), mask: mask)
        return try rerank(candidates, for: query, plan: plan, k: k)
    }

    /// What looks for the fastest plans for some queries.
    ///
    /// - Parameters:
    ///   - judged: The queries to tune by.
    ///   - margin: Standard errors of recall that a plan must lie above its target.
    ///   - mask: The rows allowed.
    /// - Returns: A tuner that has looked at nothing yet.
    func tuner(for judged: JudgedQueries, margin: Double, mask: RowMask? = nil) -> PlanTuner {
        let grid = PlanGrid(
            ladder: index.ladder, depth: index.depth, lists: index.listCount, rows: mask?.count ?? index.count,
            k: judged.k)
        let rows = self
        return PlanTuner(grid: grid, margin: margin) { scan, probes, shortlist, middle in
            try judged.ranks(
                scan: scan, probes: probes, shortlist: shortlist, middle: middle, on: rows, mask: mask)
        }
    }

    /// The best candidates of a scan, best first, not reranked.
    func shortlist(
        for query: Span<Float>, probes: Int?, dimensions: Int, count: Int, mask: RowMask?
    ) throws -> [Candidate] {
        var meter = Self.unlimitedMeter
        return try index.candidates(
            for: query, probes: probes, dimensions: dimensions, count: count, mask: mask, model: .shipped,
            paying: &meter)
    }

    private static var unlimitedMeter: CostMeter {
        CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
    }

    /// The `k` best rows for each of some queries that are in flight together and share a scan.
    func rows(forEachOf queries: EmbeddingTable, in range: Range<Int>, plan: ServingPlan, k: Int) throws -> [[Int]] {
        let elements = queries.elements.span
        var scans: [PreparedScan] = []
        for query in range {
            var meter = Self.unlimitedMeter
            scans.append(
                try index.prepare(
                    for: elements.extracting(queries.range(of: query)), probes: plan.probes,
                    dimensions: plan.scanDimensions, count: max(plan.shortlist, k), model: .shipped, paying: &meter))
        }
        var found: [[Int]] = []
        for (query, candidates) in zip(range, try index.candidates(of: scans)) {
            found.append(
                try rerank(candidates, for: elements.extracting(queries.range(of: query)), plan: plan, k: k))
        }
        return found
    }

    private func rerank(_ candidates: [Candidate], for query: Span<Float>, plan: ServingPlan, k: Int) throws -> [Int] {
        var meter = Self.unlimitedMeter
        return try Reranker(vectors: vectors, model: .shipped)
            .rerank(candidates, for: query, through: plan.middle, paying: &meter)
            .prefix(k).map(\.row)
    }

    /// Candidates in the order of their scores by a prefix, best first.
    func ordered(_ candidates: [Candidate], for query: Span<Float>, by prefix: Int) throws -> [Candidate] {
        // What a funnel drops keeps the order of the step that dropped it: here all but the best.
        var meter = Self.unlimitedMeter
        return try Reranker(vectors: vectors, model: .shipped)
            .rerank(candidates, for: query, through: [FunnelStep(dimensions: prefix, keep: 1)], paying: &meter)
    }

    /// The `k` best rows for a query by all dimensions of every row, or of those of a mask by row.
    func exactRows(for query: Span<Float>, k: Int, among allowed: RowMask? = nil) throws -> [Int] {
        try vectors.exactSearch(query, count: k, mask: allowed).map(\.row)
    }
}
