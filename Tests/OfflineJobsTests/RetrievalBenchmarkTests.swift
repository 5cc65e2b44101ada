import ByteStreams
import Domain
import JSON
import OfflineJobs
import TestSupport
import Testing
import VectorFiles

@Suite("A retrieval benchmark", .timeLimit(.minutes(10)))
struct RetrievalBenchmarkTests {
    @Test("reaches the recalls it was asked for, and says what each took")
    func report() throws {
        let files = try BenchmarkFiles(rows: 3000, queries: 80, dimensions: 40, k: 5)
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
        #expect(try #require(report["snapshot_load_seconds"]?.double) > 0)
        // Full vectors of half precision are most of it.
        #expect(try #require(report["snapshot_bytes"]?.double) > 3000 * 40 * 2)
        let scan = try #require(report["full_scan"])
        #expect(scan["dims"] == 40)
        #expect(try #require(scan["bytes"]?.double) >= 3000 * 40)
    }

    @Test("makes its index as deep as serves the queries, or as it is told")
    func depth() throws {
        let files = try BenchmarkFiles(rows: 1000, queries: 40, dimensions: 96, k: 5)
        let chosen = try files.benchmark().run { _ in }.json
        let tried = try #require(chosen["depths_tried"]?.elements)
        #expect(tried.compactMap { $0["depth"] } == [64, 96])
        #expect(try #require(tried.last?["index_bytes"]?.double) > #require(tried.first?["index_bytes"]?.double))
        #expect(tried.contains { $0["depth"] == chosen["depth"] })
        for depth in [64, 96] {
            let told = try files.benchmark(depth: depth).run { _ in }.json
            #expect(told["depth"] == .integer(depth))
            #expect(told["depths_tried"]?.elements?.isEmpty == true)
        }
    }

    @Test("refuses files that do not belong together")
    func refused() throws {
        let files = try BenchmarkFiles(rows: 50, queries: 4, dimensions: 8, k: 5)
        let others = try BenchmarkFiles(rows: 50, queries: 4, dimensions: 9, k: 5)
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
        let lonely = try BenchmarkFiles(rows: 50, queries: 1, dimensions: 8, k: 5)
        #expect(throws: RetrievalBenchmarkError.tooFewQueries(1)) { try lonely.benchmark().run { _ in } }
    }

    @Test("says that the truth is by another measure than the cosine")
    func otherMeasure() throws {
        let files = try BenchmarkFiles(rows: 500, queries: 20, dimensions: 16, k: 5)
        let wrong = (0..<20).map { query in (0..<5).map { (query * 17 + $0 * 31) % 500 } }
        let truth = try TemporaryFile(VectorBytes.ivecs(wrong), suffix: ".ivecs")
        let report = try files.benchmark(truth: truth).run { _ in }.json
        #expect(try #require(report["exact_recall"]?.double) < 0.3)
    }
}
