import Domain
import Synchronization
import VectorFiles
import VectorKernels

/// Queries with their true neighbours, to be asked and timed.
struct JudgedQueries: Sendable {
    let queries: EmbeddingTable
    /// The neighbours of each query, nearest first; more than count, where there are more.
    let truth: NearestNeighbours
    /// Results that count of each query.
    let k: Int

    /// Queries that are in flight together when throughput is measured.
    static let inFlight = 16

    init(queries: EmbeddingTable, truth: NearestNeighbours, k: Int) {
        precondition(truth.count >= queries.count, "\(queries.count) queries, neighbours of \(truth.count).")
        precondition(k > 0 && k <= truth.k, "\(k) results of \(truth.k) neighbours.")
        self.queries = queries
        self.truth = truth
        self.k = k
    }

    /// Number of queries.
    var count: Int { queries.count }

    /// One query.
    func query(_ number: Int) -> [Float] { Array(queries.elements[queries.range(of: number)]) }

    /// The first queries, one at least.
    func prefix(_ count: Int) -> JudgedQueries {
        let count = min(max(1, count), self.count)
        return JudgedQueries(
            queries: EmbeddingTable(
                dimensions: queries.dimensions, elements: Array(queries.elements.prefix(count * queries.dimensions))),
            truth: truth, k: k)
    }

    /// Every second query, from `first` on: 0 gives the half to tune by, 1 the half to measure.
    func half(from first: Int) -> JudgedQueries {
        let numbers = Array(stride(from: first, to: count, by: 2))
        return JudgedQueries(
            queries: EmbeddingTable(
                dimensions: queries.dimensions, elements: numbers.flatMap { queries.elements[queries.range(of: $0)] }),
            truth: NearestNeighbours(rows: numbers.flatMap { truth[$0] }, k: truth.k), k: k)
    }

    /// The share of a query's true neighbours that are among `rows`.
    func recall(of rows: [Int], query: Int) -> Double {
        let wanted = truth[query].prefix(k)
        return Double(rows.count { wanted.contains(Int32($0)) }) / Double(k)
    }

    /// Looks for the neighbours of each query among its best candidates.
    ///
    /// - Parameters:
    ///   - scan: Prefix scanned.
    ///   - probes: Lists probed; `nil` scans all.
    ///   - shortlist: Candidates looked at of each query.
    ///   - middle: Prefix that they are scored by again; `nil` leaves them as the scan found them.
    ///   - rows: Of whom.
    ///   - mask: The rows allowed.
    /// - Returns: The places of the neighbours.
    /// - Throws: `CancellationError`; what the search throws.
    func ranks(
        scan: Int, probes: Int?, shortlist: Int, middle: Int? = nil, on rows: SearchedRows, mask: RowMask? = nil
    ) throws -> ShortlistRanks {
        let places = try (0..<count).map { query in
            try Task.checkCancellation()
            let wanted = truth[query].prefix(k)
            let vector = self.query(query)
            var found = try rows.shortlist(
                for: vector.span, probes: probes, dimensions: scan, count: shortlist, mask: mask)
            if let middle { found = try rows.ordered(found, for: vector.span, by: middle) }
            return found.indices.filter { wanted.contains(Int32(found[$0].row)) }
        }
        return ShortlistRanks(places: places, k: k)
    }

    /// Asks queries one at a time.
    ///
    /// - Parameters:
    ///   - plan: How.
    ///   - rows: Of whom.
    ///   - range: Queries asked.
    ///   - mask: Makes a mask of the rows allowed, for each query within its time.
    /// - Returns: The milliseconds of each call, and the recall of each answer.
    /// - Throws: `CancellationError`; what the search throws.
    func ask(
        _ plan: ServingPlan, of rows: SearchedRows, in range: Range<Int>, mask: () throws -> RowMask? = { nil }
    ) throws -> (milliseconds: [Double], recalls: [Double]) {
        var milliseconds: [Double] = []
        var recalls: [Double] = []
        let clock = ContinuousClock()
        let elements = queries.elements.span
        _ = try rows.rows(
            for: elements.extracting(queries.range(of: range.lowerBound)), plan: plan, k: k, mask: mask())
        for query in range {
            try Task.checkCancellation()
            let start = clock.now
            let found = try rows.rows(
                for: elements.extracting(queries.range(of: query)), plan: plan, k: k, mask: mask())
            milliseconds.append(start.duration(to: clock.now) / .milliseconds(1))
            recalls.append(recall(of: found, query: query))
        }
        return (milliseconds, recalls)
    }

    /// Measures a plan over all queries, one at a time.
    func measurement(
        of plan: ServingPlan, on rows: SearchedRows, rounds: Int = 1, mask: () throws -> RowMask? = { nil }
    ) throws -> PlanMeasurement {
        var milliseconds: [Double] = []
        var recalls: [Double] = []
        for _ in 0..<rounds {
            let asked = try ask(plan, of: rows, in: 0..<count, mask: mask)
            milliseconds += asked.milliseconds
            recalls = asked.recalls
        }
        return PlanMeasurement(
            plan: plan, recalls: recalls, milliseconds: milliseconds,
            queriesPerSecond: 1000 * Double(milliseconds.count) / milliseconds.reduce(0, +))
    }

    /// Measures a plan over all queries, ``inFlight`` to a call, `threads` calls at a time.
    func throughput(
        of plan: ServingPlan, on rows: SearchedRows, threads: Int = 1, rounds: Int = 1
    ) throws -> PlanMeasurement {
        let calls = stride(from: 0, to: count, by: Self.inFlight).map { $0..<min(count, $0 + Self.inFlight) }
        let asked = Mutex<Result<[AskedTogether], any Error>>(.success([]))
        MatrixWorkers(count: threads).run { worker in
            let share = stride(from: worker, to: calls.count, by: threads).map { calls[$0] }
            let result = Result { try askTogether(plan, of: rows, calls: share, rounds: rounds) }
            asked.withLock { all in all = all.flatMap { all in result.map { all + [$0] } } }
        }
        let workers = try asked.withLock { $0 }.get()
        let seconds = workers.map { $0.milliseconds.reduce(0, +) }.reduce(0, max) / 1000
        return PlanMeasurement(
            plan: plan, recalls: workers.flatMap(\.recalls), milliseconds: workers.flatMap(\.milliseconds),
            queriesPerSecond: Double(count * rounds) / seconds)
    }

    private struct AskedTogether {
        var milliseconds: [Double] = []
        var recalls: [Double] = []
    }

    private func askTogether(
        _ plan: ServingPlan, of rows: SearchedRows, calls: [Range<Int>], rounds: Int
    ) throws -> AskedTogether {
        var asked = AskedTogether()
        guard let first = calls.first else { return asked }
        let clock = ContinuousClock()
        _ = try rows.rows(forEachOf: queries, in: first, plan: plan, k: k)
        for round in 0..<rounds {
            for call in calls {
                try Task.checkCancellation()
                let start = clock.now
                let found = try rows.rows(forEachOf: queries, in: call, plan: plan, k: k)
                asked.milliseconds.append(start.duration(to: clock.now) / .milliseconds(1))
                if round == 0 { asked.recalls += zip(found, call).map { recall(of: $0, query: $1) } }
            }
        }
        return asked
    }
}
