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
        /// Growth of the process's resident memory by the index.
        var indexBytes = 0
        /// The same by the index and the full vectors.
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
        let before = try residentBytes()
        var indexed = IndexBuilder(ladder: ladder, policy: policy)
        try Self.read(source, building: &building) { row in try indexed.append(row) }
        let finishing = ProcessStopwatch()
        index = indexed.finish()
        building.seconds += finishing.seconds
        building.processorSeconds += finishing.processorSeconds
        building.indexBytes = try residentBytes() - before

        var kept = FullVectorsBuilder(dimensions: ladder.fullLength, expectedRows: index.count)
        try Self.read(source, building: &building) { row in try kept.append(row) }
        vectors = kept.finish()
        building.allBytes = try residentBytes() - before
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
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
        let candidates = try index.candidates(
            for: query, probes: plan.probes, dimensions: plan.scanDimensions, count: max(plan.shortlist, k), mask: mask,
            model: .shipped, paying: &meter)
        let reranked = try Reranker(vectors: vectors, model: .shipped)
            .rerank(candidates, for: query, paying: &meter)
        return reranked.prefix(k).map(\.row)
    }

    /// The `k` best rows for each of some queries that are in flight together.
    func rows(
        forEachOf queries: EmbeddingTable, in range: Range<Int>, plan: ServingPlan, k: Int, mask: RowMask? = nil
    ) throws -> [[Int]] {
        try range.map { query in
            try rows(for: queries.elements.span.extracting(queries.range(of: query)), plan: plan, k: k, mask: mask)
        }
    }

    /// The `k` best rows for a query by all dimensions of every row.
    func exactRows(for query: Span<Float>, k: Int, mask: RowMask? = nil) throws -> [Int] {
        try vectors.exactSearch(query, count: k, mask: mask.map { index.byRow($0) }).map(\.row)
    }
}
