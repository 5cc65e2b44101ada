import Domain
import OfflineJobs
import Planning
import TestSupport
import Testing

@Suite("A measurement of a frontier")
struct FrontierMeasurementTests {
    private static func frontier(
        items: Int, queries: Int, threads: Int = 1, seen: [Int] = [], rungs: [Int] = [8, 16]
    ) throws -> Frontier? {
        let made = ClusteredVectors(items: items, queries: queries, dimensions: rungs[rungs.count - 1], seed: 4)
        func halves(_ table: EmbeddingTable) -> HalfEmbeddings {
            HalfEmbeddings(
                dimensions: table.dimensions, numbers: (0..<table.count).map(Int64.init),
                bits: table.elements.map { Float16($0).bitPattern })
        }
        return try FrontierMeasurement(model: .shipped, threads: threads, host: "here").frontier(
            ladder: try PrefixLadder(rungs), items: halves(made.items), users: halves(made.queries),
            seen: (0..<queries).map { _ in seen })
    }

    @Test("finds everything by a rerank of everything, and more the deeper it goes")
    func depths() throws {
        let frontier = try #require(try Self.frontier(items: 600, queries: 60))
        #expect(frontier.rows == 600 && frontier.queries == 60 && frontier.host == "here")
        #expect(Set(frontier.curves.map(\.allowedShare)) == [1, 0.1, 0.01])
        #expect(Set(frontier.curves.map(\.count)) == [10, 50])
        for curve in frontier.curves {
            let recalls = curve.fixed.map(\.recall)
            #expect(recalls == recalls.sorted(), "\(curve.dimensions)")
            #expect(curve.fixed.map(\.ndcg) == curve.fixed.map(\.ndcg).sorted())
            #expect(curve.fixed.last?.recall == 1 && curve.fixed.last?.ndcg == 1)
            #expect(curve.scanCost <= curve.highScanCost)
        }
    }

    @Test("knows the recall of adaptive reranks on queries that did not fit it")
    func adaptive() throws {
        let frontier = try #require(try Self.frontier(items: 3_000, queries: 400, threads: 2, rungs: [4, 32]))
        let curve = try #require(frontier.curves.first { $0.allowedShare == 1 && $0.count == 10 })
        #expect(curve.predictor != nil)
        #expect(curve.adaptive.map(\.depth) == curve.adaptive.map(\.depth).sorted())
        #expect(curve.adaptive.map(\.recall) == curve.adaptive.map(\.recall).sorted())
        let error = try #require(curve.estimateError)
        #expect(error < 0.05)
    }

    @Test("probes lists in a catalogue large enough for them")
    func lists() throws {
        let frontier = try #require(try Self.frontier(items: 20_500, queries: 12, seen: [3]))
        #expect(frontier.curves.contains { $0.probes != nil })
        let points = FrontierPlans(frontier).points(model: .shipped, ladder: try PrefixLadder([8, 16]))
        #expect(points.contains { $0.plan.hasPrefix("p") })
        #expect(points.map(\.cost) == points.map(\.cost).sorted())
        #expect(points.map(\.recall) == points.map(\.recall).sorted() && points.last?.recall ?? 0 > 0.99)
        // Too few queries to fit anything.
        #expect(frontier.curves.allSatisfy { $0.predictor == nil && $0.adaptive.isEmpty })
    }

    @Test("gives the same curves by any number of threads")
    func threads() throws {
        #expect(try Self.frontier(items: 900, queries: 70) == Self.frontier(items: 900, queries: 70, threads: 3))
    }

    @Test("measures nothing where nobody can be asked", arguments: [1, 9])
    func few(items: Int) throws {
        #expect(try Self.frontier(items: items, queries: 0) == nil)
        #expect(try Self.frontier(items: items, queries: 3) != nil)
        #expect(try Self.frontier(items: items, queries: 3, seen: Array(0..<items)) == nil)
    }
}
