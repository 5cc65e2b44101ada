import ByteStreams
import Domain
public import JSON
import Retrieval
import VectorFiles
import VectorKernels

/// Answers a program that measures several libraries in turns, a JSON value a line.
///
/// It is asked: `{"c":"sweep","nq":N}` for the plans worth knowing, with recall and times over the first queries;
/// `{"c":"run","p":PLAN,"lo":A,"hi":B}` for the milliseconds of each query and their recall; `{"c":"batch","p":PLAN,"nq":N}`
/// for throughput with 16 queries in flight on one thread; `{"c":"batch_sweep","nq":N}` for the plans worth knowing then.
/// `"filter":PATH` with sweep and run asks among the rows of PATH.ids.npy only, with PATH.gt.npy as the truth.
public struct BenchmarkWorker {
    /// Results of each query that count.
    private static let k = 10
    /// Recalls that a sweep looks for plans at.
    private static let targets = [0.95, 0.99]

    /// The first line: that it is ready, and what that took.
    public let greeting: JSONValue

    private let rows: SearchedRows
    private let judged: JudgedQueries
    /// Plans by their names: those of the sweeps.
    private var plans: [String: ServingPlan] = [:]
    private var filters: [String: Filter] = [:]

    /// Queries under a filter.
    private struct Filter {
        let mask: RowMask
        let judged: JudgedQueries
    }

    /// Reads and indexes what a directory holds: `base`, `queries` and `gt100`, as `.npy`, or `.fvecs` and `.ivecs`.
    ///
    /// - Parameters:
    ///   - directory: The directory.
    ///   - depth: Longest prefix kept for scans; `nil` takes what serves the queries well.
    /// - Throws: ``VectorFiles/VectorFileError``, ``BenchmarkWorkerError``.
    public init(directory: String, depth: Int? = nil) throws {
        let before = try ProcessMemory()
        let base = try Self.file("base", "fvecs", in: directory)
        let dimensions = try VectorFileReader(base).dimensions
        let ladder = try PrefixLadder(PrefixLadder.standard.rungs.filter { $0 < dimensions } + [dimensions])
        let queries = try VectorFileReader.embeddings(of: Self.file("queries", "fvecs", in: directory))
        guard queries.dimensions == dimensions else {
            throw VectorFileError.otherDimensions(
                name: "queries", found: queries.dimensions, expected: dimensions, of: "base")
        }
        judged = JudgedQueries(
            queries: queries,
            truth: try NearestNeighbours(
                Self.file("gt100", "ivecs", in: directory), queries: queries.count,
                baseRows: VectorFileReader.rowCount(of: base), k: Self.k),
            k: Self.k)
        var building = SearchedRows.Building()
        let indexed = try SearchedRows.choosingDepth(
            base, ladder: ladder, policy: ListPolicy(depth: depth, workers: 1), by: judged,
            target: Self.targets.reduce(0, max), building: &building)
        rows = indexed.rows
        greeting = .object([
            "ok": 1, "load_s": .number(building.seconds + building.readSeconds), "build_s": .number(building.seconds),
            "build_cpu_s": .number(building.processorSeconds),
            "index_MB": .number(Double(building.indexBytes) / 1e6),
            "rss_delta_MB": .number(Double(building.allBytes) / 1e6),
            "base_rss_MB": .number(Double(before.used) / 1e6), "depth": .integer(indexed.rows.index.depth),
            "depths_tried": .array(indexed.trials.map(\.json)),
        ])
    }

    /// Answers a line.
    ///
    /// - Returns: The answer; `nil` for `{"c":"quit"}`.
    /// - Throws: ``JSON/JSONSyntaxError``, ``BenchmarkWorkerError``, ``VectorFiles/VectorFileError``.
    public mutating func answer(_ line: String) throws -> JSONValue? {
        let request = try JSONValue(parsing: Array(line.utf8))
        let filter = try request["filter"]?.text.map { try self.filter($0) }
        let (judged, rows) = (filter?.judged ?? judged, rows)
        switch request["c"]?.text {
        case "quit":
            return nil
        case "sweep":
            let queries = judged.prefix(try number("nq", of: request) ?? judged.count)
            return try sweep(queries, filter: filter) { queries, plan in
                try queries.measurement(of: plan, on: rows) { filter?.mask }
            }
        case "batch_sweep":
            let queries = judged.prefix(try number("nq", of: request) ?? judged.count)
            return try sweep(queries, filter: nil) { queries, plan in try queries.throughput(of: plan, on: rows) }
        case "run":
            let low = try number("lo", of: request) ?? 0
            let high = try number("hi", of: request) ?? judged.count
            guard low >= 0, low < high, high <= judged.count else { throw BenchmarkWorkerError.request(line) }
            let asked = try judged.ask(try plan(of: request), of: rows, in: low..<high) { filter?.mask }
            return .object([
                "L": .array(asked.milliseconds.map { .number($0) }),
                "recall": .number(asked.recalls.reduce(0, +) / Double(asked.recalls.count)),
            ])
        case "batch":
            let found = try judged.prefix(try number("nq", of: request) ?? judged.count)
                .throughput(of: try plan(of: request), on: rows)
            return .object([
                "qps": .number(found.queriesPerSecond), "recall": .number(found.recall), "in_flight": 16,
            ])
        default:
            throw BenchmarkWorkerError.request(line)
        }
    }

    /// Looks for the plans at each target, and answers with those that it measured on all queries.
    private mutating func sweep(
        _ judged: JudgedQueries, filter: Filter?,
        _ measure: (JudgedQueries, ServingPlan) throws -> PlanMeasurement
    ) throws -> JSONValue {
        var tuner = rows.tuner(for: judged, margin: 0, mask: filter?.mask)
        for target in Self.targets {
            _ = try tuner.best(for: target) { plan, count in
                try measure(count.map { judged.prefix($0) } ?? judged, plan)
            }
        }
        for found in tuner.measured {
            plans[found.plan.description] = found.plan
        }
        return .object([
            "sweep": .array(
                tuner.measured.map { found in
                    .object([
                        "p": .string(found.plan.description), "recall": .number(found.recall),
                        "p50": .number(found.p50), "p95": .number(found.p95), "qps": .number(found.queriesPerSecond),
                    ])
                })
        ])
    }

    private mutating func filter(_ path: String) throws -> Filter {
        if let filter = filters[path] { return filter }
        var reader = try VectorFileReader(.file(path + ".ids.npy"))
        var allowed = RowMask(rowCount: rows.index.count)
        var block: [Int] = []
        while try reader.readIDs(into: &block) > 0 {
            for id in block {
                guard id >= 0, id < allowed.rowCount else {
                    throw VectorFileError.noSuchNeighbour(
                        name: path, row: reader.rowsRead, column: 0, id: id, rows: allowed.rowCount)
                }
                allowed.insert(id)
            }
        }
        let mask = try rows.index.mask(excludedRows: (0..<allowed.rowCount).lazy.filter { !allowed.contains($0) })
        let truth = try NearestNeighbours(
            .file(path + ".gt.npy"), queries: judged.count, baseRows: allowed.rowCount, k: Self.k)
        let filter = Filter(mask: mask, judged: JudgedQueries(queries: judged.queries, truth: truth, k: Self.k))
        filters[path] = filter
        return filter
    }

    private func plan(of request: JSONValue) throws -> ServingPlan {
        let name = request["p"]?.text ?? ""
        guard let plan = plans[name] else { throw BenchmarkWorkerError.unknownPlan(name) }
        return plan
    }

    private func number(_ key: String, of request: JSONValue) throws -> Int? {
        guard let value = request[key] else { return nil }
        guard case .integer(let number) = value else { throw BenchmarkWorkerError.request(request.description) }
        return number
    }

    /// The file of that name that there is.
    private static func file(_ name: String, _ suffix: String, in directory: String) throws -> ByteSource {
        let paths = ["npy", suffix].map { "\(directory)/\(name).\($0)" }
        guard let path = paths.first(where: { ByteSource.file($0).exists }) else {
            throw BenchmarkWorkerError.noFile(paths)
        }
        return .file(path)
    }
}
