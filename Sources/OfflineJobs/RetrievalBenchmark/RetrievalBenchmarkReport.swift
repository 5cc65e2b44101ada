import Domain
public import JSON
import Retrieval
import VectorKernels

/// What a retrieval benchmark measured, for people and for scripts.
public struct RetrievalBenchmarkReport: Sendable {
    /// A plan that was chosen for a recall.
    struct Point: Sendable {
        let target: Double
        let found: PlanMeasurement
    }

    /// A plan that was chosen for a recall under a filter.
    struct FilteredPoint: Sendable {
        /// Share of the rows that the filter lets through.
        let share: Double
        /// Rows that it does let through.
        let allowed: Int
        let at: Point
    }

    let rows: Int
    let dimensions: Int
    let ladder: String
    /// Longest prefix that the index keeps, in dimensions.
    let depth: Int
    /// The depths that were tried to choose it.
    var trials: [DepthTrial] = []
    let lists: Int
    let indexBytes: Int
    let queries: Int
    let k: Int
    let threads: Int
    let building: SearchedRows.Building
    /// Recall of an exact search by the full vectors, on some queries.
    var exactRecall = 0.0
    var lone: [Point] = []
    var together: [Point] = []
    var filtered: [FilteredPoint] = []
    var snapshot: SnapshotTiming?
    var fullScan: ScanBenchmark.Report?

    init(rows: SearchedRows, queries: JudgedQueries, threads: Int, building: SearchedRows.Building) {
        self.rows = rows.index.count
        dimensions = rows.index.ladder.fullLength
        ladder = rows.index.ladder.description
        depth = rows.index.depth
        lists = rows.index.listCount
        indexBytes = rows.index.residentBytes
        self.queries = queries.count
        k = queries.k
        self.threads = threads
        self.building = building
    }

    /// The report as scripts read it.
    public var json: JSONValue {
        .object([
            "rows": .integer(rows), "dims": .integer(dimensions), "queries": .integer(queries), "k": .integer(k),
            "threads": .integer(threads), "kernel": .string(KernelChoice.current.name), "ladder": .string(ladder),
            "depth": .integer(depth), "depths_tried": .array(trials.map(\.json)),
            "lists": .integer(lists), "build_seconds": .number(building.seconds),
            "build_cpu_seconds": .number(building.processorSeconds), "read_seconds": .number(building.readSeconds),
            "resident_bytes": .integer(building.indexBytes),
            "leftover_bytes": .integer(building.leftoverBytes),
            "resident_bytes_with_vectors": .integer(building.allBytes), "index_bytes": .integer(indexBytes),
            "snapshot_load_seconds": snapshot.map { .number($0.loadSeconds) },
            "snapshot_write_seconds": snapshot.map { .number($0.writeSeconds) },
            "snapshot_bytes": snapshot.map { .integer($0.fileBytes) },
            "exact_recall": .number(exactRecall), "results": .array(lone.map { $0.json(k: k) }),
            "batched": .array(together.map { $0.batchJSON }), "filtered": .array(filtered.map { $0.json(k: k) }),
            "full_scan": fullScan.map { $0.fullScanJSON },
        ])
    }
}

extension DepthTrial {
    /// The trial as scripts read it.
    var json: JSONValue {
        .object([
            "depth": .integer(depth), "index_bytes": .integer(indexBytes), "recall": .number(found.recall),
            "p50_ms": .number(found.p50), "plan": .string(found.plan.description),
        ])
    }
}

extension RetrievalBenchmarkReport.Point {
    private var members: [JSONValue.Member] {
        [
            .init(key: "target_recall", value: .number(target)), .init(key: "recall", value: .number(found.recall)),
            .init(key: "qps", value: .number(found.queriesPerSecond)),
            .init(key: "plan", value: .string(found.plan.description)),
        ]
    }

    fileprivate func json(k: Int) -> JSONValue {
        .object(
            members + [
                .init(key: "k", value: .integer(k)), .init(key: "p50_ms", value: .number(found.p50)),
                .init(key: "p95_ms", value: .number(found.p95)),
            ])
    }

    fileprivate var batchJSON: JSONValue {
        .object(members + [.init(key: "in_flight", value: .integer(JudgedQueries.inFlight))])
    }
}

extension RetrievalBenchmarkReport.FilteredPoint {
    fileprivate func json(k: Int) -> JSONValue {
        .object(
            [
                .init(key: "selectivity", value: .number(share)), .init(key: "allowed_rows", value: .integer(allowed)),
            ] + (at.json(k: k).members ?? []))
    }
}

extension ScanBenchmark.Report {
    fileprivate var fullScanJSON: JSONValue {
        .object([
            "dims": .integer(dimensions), "bytes": .integer(bytes), "p50_ms": .number(scanMilliseconds),
            "gb_per_s": .number(gigabytesPerSecond),
            "read_gb_per_s": .number(Double(bytes) / readMilliseconds / 1e6),
        ])
    }
}
