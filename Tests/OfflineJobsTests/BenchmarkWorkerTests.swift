import Domain
import JSON
import OfflineJobs
import TestSupport
import Testing
import VectorFiles

@Suite("A benchmark's worker", .timeLimit(.minutes(10)))
struct BenchmarkWorkerTests {
    @Test("answers a program that measures in turns")
    func worker() throws {
        let directory = try TemporaryDirectory()
        let files = try BenchmarkFiles(rows: 2000, queries: 40, dimensions: 32, k: 10)
        try directory.write(VectorBytes.fvecs(files.vectors.items.rows), to: "base.fvecs")
        try directory.write(VectorBytes.npy(files.vectors.queries.rows), to: "queries.npy")
        try directory.write(VectorBytes.ivecs(files.neighbours), to: "gt100.ivecs")
        let allowed = Array(stride(from: 3, to: 2000, by: 7))
        try directory.write(VectorBytes.npy(ids: allowed.map { [$0] }, as: Int64.self), to: "sevenths.ids.npy")
        try directory.write(
            VectorBytes.npy(ids: files.neighbours(among: allowed), as: Int32.self), to: "sevenths.gt.npy")

        var worker = try BenchmarkWorker(directory: directory.path)
        #expect(worker.greeting["ok"] == 1)
        #expect(worker.greeting["depth"] == 32)
        #expect(try BenchmarkWorker(directory: directory.path, depth: 20).greeting["depth"] == 16)
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

    @Test("refuses files that are missing, damaged or do not belong together", arguments: Fault.allCases)
    func refused(fault: Fault) throws {
        let directory = try TemporaryDirectory()
        let files = try BenchmarkFiles(rows: 50, queries: 4, dimensions: 8, k: 10)
        try directory.write(VectorBytes.fvecs(files.vectors.items.rows), to: "base.fvecs")
        try directory.write(VectorBytes.fvecs(files.vectors.queries.rows), to: "queries.fvecs")
        try directory.write(VectorBytes.ivecs(files.neighbours), to: "gt100.ivecs")
        _ = try BenchmarkWorker(directory: directory.path)
        if let (bytes, name) = try fault.write(files) { try directory.write(bytes, to: name) }
        let path = directory.path + (fault == .missing ? "/none" : "")
        do {
            _ = try BenchmarkWorker(directory: path)
            Issue.record("It was read.")
        } catch let error as VectorFileError {
            #expect(error.description.contains(fault.message), "\(error)")
        } catch let error as BenchmarkWorkerError {
            #expect(error == .noFile(["\(path)/base.npy", "\(path)/base.fvecs"]))
        }
    }

    /// What is wrong with a directory of files.
    enum Fault: CaseIterable, Sendable {
        case missing, empty, truncated, notANumber, otherDimensions, fewNeighbours, narrowTruth, strangeNeighbour

        /// The bytes of the faulty file, and its name.
        func write(_ files: BenchmarkFiles) throws -> (bytes: [UInt8], name: String)? {
            var rows = files.vectors.items.rows
            switch self {
            case .missing: return nil
            case .empty: return ([], "base.fvecs")
            case .truncated: return (Array(VectorBytes.fvecs(rows).dropLast(5)), "base.fvecs")
            case .notANumber:
                rows[30][2] = .nan
                return (VectorBytes.fvecs(rows), "base.fvecs")
            case .otherDimensions: return (VectorBytes.fvecs([[1, 2, 3]]), "queries.fvecs")
            case .fewNeighbours: return (VectorBytes.ivecs(Array(files.neighbours.dropLast())), "gt100.ivecs")
            case .narrowTruth: return (VectorBytes.ivecs(files.neighbours.map { Array($0.dropLast()) }), "gt100.ivecs")
            case .strangeNeighbour:
                return (VectorBytes.ivecs(files.neighbours.map { Array($0.dropLast()) + [50] }), "gt100.ivecs")
            }
        }

        /// A part of what is said.
        var message: String {
            switch self {
            case .missing: "none"
            case .empty: "is empty"
            case .truncated: "ends after 49 whole rows"
            case .notANumber: "row 30"
            case .otherDimensions: "queries has rows of 3 dimensions, base of 8"
            case .fewNeighbours: "has neighbours for 3 queries, but there are 4"
            case .narrowTruth: "has 9 neighbours a query"
            case .strangeNeighbour: "names row 50 of the base file"
            }
        }
    }
}
