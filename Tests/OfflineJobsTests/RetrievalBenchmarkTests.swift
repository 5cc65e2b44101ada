import ByteStreams
import Domain
import JSON
import OfflineJobs
import Ranking
import TestSupport
import Testing
import VectorFiles

@Suite("A retrieval benchmark", .timeLimit(.minutes(2)))
struct RetrievalBenchmarkTests {
    @Test("reaches the recalls it was asked for, and says what each took")
    func report() throws {
        let files = try Files(rows: 3000, queries: 80, dimensions: 40, k: 5)
        let report = try files.benchmark(targets: [0.9, 1]).run { _ in }.json

        #expect(report["rows"] == 3000)
        #expect(report["dims"] == 40)
        #expect(report["ladder"] == "16,32,40")
        #expect(report["exact_recall"] == 1.0)
        for key in ["results", "batched"] {
            let points = try #require(report[key]?.elements)
            #expect(points.count == 2)
            for (point, target) in zip(points, [0.9, 1]) {
                #expect(point["target_recall"]?.double == target)
                #expect(try #require(point["recall"]?.double) >= 0.9)
                #expect(try #require(point["qps"]?.double) > 0)
            }
        }
        let filtered = try #require(report["filtered"]?.elements)
        #expect(filtered.map { $0["selectivity"]?.double } == [0.01, 0.01, 0.1, 0.1, 0.5, 0.5])
        for point in filtered {
            let (share, allowed) = (
                try #require(point["selectivity"]?.double), try #require(point["allowed_rows"]?.double)
            )
            #expect(abs(allowed / 3000 - share) < 0.03)
            #expect(try #require(point["recall"]?.double) >= 0.9)
            #expect(try #require(point["p50_ms"]?.double) <= #require(point["p95_ms"]?.double))
        }
        let scan = try #require(report["full_scan"])
        #expect(scan["dims"] == 40)
        #expect(try #require(scan["bytes"]?.double) >= 3000 * 40)
    }

    @Test("refuses files that do not belong together")
    func refused() throws {
        let files = try Files(rows: 50, queries: 4, dimensions: 8, k: 5)
        let others = try Files(rows: 50, queries: 4, dimensions: 9, k: 5)
        #expect(
            throws: VectorFileError.otherDimensions(
                name: others.queries.path, found: 9, expected: 8, of: files.base.path)
        ) {
            try files.benchmark(queries: others.queries).run { _ in }
        }
        #expect(throws: RetrievalBenchmarkError.tooManyResults(asked: 51, rows: 50)) {
            try files.benchmark(k: 51).run { _ in }
        }
        #expect(throws: VectorFileError.tooFewNeighbours(name: files.truth.path, width: 5, asked: 6)) {
            try files.benchmark(k: 6).run { _ in }
        }
        let ladder = try PrefixLadder([2, 4])
        #expect(throws: RetrievalBenchmarkError.ladder(ladder, dimensions: 8)) {
            try files.benchmark(ladder: ladder).run { _ in }
        }
        let lonely = try Files(rows: 50, queries: 1, dimensions: 8, k: 5)
        #expect(throws: RetrievalBenchmarkError.tooFewQueries(1)) { try lonely.benchmark().run { _ in } }
    }

    @Test("says that the truth is by another measure than the cosine")
    func otherMeasure() throws {
        let files = try Files(rows: 500, queries: 20, dimensions: 16, k: 5)
        let wrong = (0..<20).map { query in (0..<5).map { (query * 17 + $0 * 31) % 500 } }
        let truth = try TemporaryFile(VectorBytes.ivecs(wrong), suffix: ".ivecs")
        let report = try files.benchmark(truth: truth).run { _ in }.json
        #expect(try #require(report["exact_recall"]?.double) < 0.3)
    }

    @Test("answers a program that measures in turns")
    func worker() throws {
        let directory = try TemporaryDirectory()
        let files = try Files(rows: 2000, queries: 40, dimensions: 32, k: 10)
        try directory.write(VectorBytes.fvecs(files.vectors.items.rows), to: "base.fvecs")
        try directory.write(VectorBytes.npy(files.vectors.queries.rows), to: "queries.npy")
        try directory.write(VectorBytes.ivecs(files.neighbours), to: "gt100.ivecs")
        let allowed = Array(stride(from: 3, to: 2000, by: 7))
        try directory.write(VectorBytes.npy(ids: allowed.map { [$0] }, as: Int64.self), to: "sevenths.ids.npy")
        try directory.write(
            VectorBytes.npy(ids: files.neighbours(among: allowed), as: Int32.self), to: "sevenths.gt.npy")

        var worker = try BenchmarkWorker(directory: directory.path)
        #expect(worker.greeting["ok"] == 1)
        for filter in ["", ",\"filter\":\"\(directory.path)/sevenths\""] {
            let sweep = try #require(try worker.answer("{\"c\":\"sweep\",\"nq\":40\(filter)}")?["sweep"]?.elements)
            let best = try #require(sweep.first { ($0["recall"]?.double ?? 0) >= 0.99 })
            let plan = try #require(best["p"]?.text)
            let run = try #require(try worker.answer("{\"c\":\"run\",\"p\":\"\(plan)\",\"lo\":0,\"hi\":40\(filter)}"))
            #expect(run["L"]?.elements?.count == 40)
            #expect(run["recall"] == best["recall"])
        }
        let sweep = try #require(try worker.answer("{\"c\":\"batch_sweep\",\"nq\":40}")?["sweep"]?.elements)
        let plan = try #require(sweep.last?["p"]?.text)
        let batch = try #require(try worker.answer("{\"c\":\"batch\",\"p\":\"\(plan)\",\"nq\":40}"))
        #expect(batch["recall"] == sweep.last?["recall"])
        #expect(throws: BenchmarkWorkerError.unknownPlan("p1")) { try worker.answer("{\"c\":\"run\",\"p\":\"p1\"}") }
        #expect(throws: BenchmarkWorkerError.self) { try worker.answer("{\"c\":\"dance\"}") }
        #expect(try worker.answer("{\"c\":\"quit\"}") == nil)
    }
}

/// Made vectors in files, with their exact neighbours.
private struct Files {
    let vectors: ClusteredVectors
    let neighbours: [[Int]]
    let base: TemporaryFile
    let queries: TemporaryFile
    let truth: TemporaryFile
    let k: Int

    init(rows: Int, queries queryCount: Int, dimensions: Int, k: Int) throws {
        vectors = ClusteredVectors(items: rows, queries: queryCount, dimensions: dimensions, seed: 1)
        self.k = k
        neighbours = try vectors.neighbours(k: k, among: Array(0..<rows))
        base = try TemporaryFile(VectorBytes.fvecs(vectors.items.rows), suffix: ".fvecs")
        queries = try TemporaryFile(VectorBytes.npy(vectors.queries.rows), suffix: ".npy")
        truth = try TemporaryFile(VectorBytes.ivecs(neighbours), suffix: ".ivecs")
    }

    func neighbours(among rows: [Int]) throws -> [[Int]] { try vectors.neighbours(k: k, among: rows) }

    func benchmark(
        queries: TemporaryFile? = nil, truth: TemporaryFile? = nil, ladder: PrefixLadder? = nil,
        targets: [Double] = [0.9], k: Int? = nil
    ) -> RetrievalBenchmark {
        RetrievalBenchmark(
            base: base.source, queries: (queries ?? self.queries).source, truth: (truth ?? self.truth).source,
            ladder: ladder, targets: targets, k: k ?? self.k, threads: 1)
    }
}

extension ClusteredVectors {
    /// The nearest of some rows to each query, by an exact search.
    fileprivate func neighbours(k: Int, among rows: [Int]) throws -> [[Int]] {
        let table = EmbeddingTable(dimensions: items.dimensions, elements: rows.flatMap { items.row($0) })
        let vectors = try FullVectors(table)
        return try queries.rows.map { query in try vectors.exactSearch(query.span, count: k).map { rows[$0.row] } }
    }
}

extension EmbeddingTable {
    fileprivate var rows: [[Float]] { (0..<count).map { row($0) } }
}

extension JSONValue {
    fileprivate var double: Double? {
        switch self {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: nil
        }
    }
}
