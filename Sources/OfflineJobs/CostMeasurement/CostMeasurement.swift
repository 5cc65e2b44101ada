import ByteStreams
import Domain
package import Planning
import Ranking
import Retrieval
package import Towers
import VectorKernels

/// Times requests of all sizes on one thread, beside what the meter counted: what a cost model is fitted to.
///
/// Each request does what serving does between its user's rows and its answer: it makes its mask, scans, reranks, and does
/// the work at the door. Times are the thread's own, so that neighbours on the machine are not charged; each is the median of
/// some repeats, between which all other requests run.
package struct CostMeasurement: Sendable {
    /// Somebody who asks.
    package struct Query: Sendable {
        package let vector: [Float]
        /// Rows that must not come, in the largest catalogue.
        package let seen: [Int]

        package init(vector: [Float], seen: [Int]) {
            self.vector = vector
            self.seen = seen
        }
    }

    /// The user tower, with items for it to read.
    package struct Tower: Sendable {
        package let model: TwoTowerModel
        /// One at least.
        package let features: [ItemFeatures]

        package init(model: TwoTowerModel, features: [ItemFeatures]) {
            precondition(!features.isEmpty, "A tower with nothing to read.")
            self.model = model
            self.features = features
        }
    }

    /// Samples to fit a model to, and others to judge it by.
    package struct Samples: Sendable {
        package var fitted: [CostSample] = []
        package var judged: [CostSample] = []

        package init() {}
    }

    private let catalogues: [MeasuredCatalogue]
    private let queries: [Query]
    private let tower: Tower?
    private let door: @Sendable () throws -> Void
    private let limit: Duration

    /// Times that each request is asked.
    private static let repeats = 7
    /// Queries asked, whatever the limit: half to fit to, half to judge by.
    private static let leastQueries = 4
    /// Candidates that an answer in prefix order takes: those of the usual request, and a margin for ties.
    private static let answerCandidates = 26

    /// Prepares a measurement.
    ///
    /// - Parameters:
    ///   - catalogues: Of several sizes, so that what each request pays can be told from what each row does.
    ///   - queries: Of the catalogues' full length.
    ///   - tower: Reads histories; `nil` for vectors that no tower made.
    ///   - limit: Processor time to spend, about; it ends after ``leastQueries`` at the earliest.
    ///   - door: What a request does before and after: its body read, its answer written.
    package init(
        catalogues: [MeasuredCatalogue], queries: [Query], tower: Tower?, limit: Duration = .seconds(6),
        door: @escaping @Sendable () throws -> Void = {}
    ) {
        self.catalogues = catalogues
        self.queries = queries
        self.tower = tower
        self.door = door
        self.limit = limit
    }

    /// A request as it is timed.
    private struct TimedRequest {
        let catalogue: MeasuredCatalogue
        let plan: ServingPlan
        let restriction: MeasuredCatalogue.Restriction
        /// Items that the tower reads first; 0 takes the vector as it is.
        var history = 0

        var label: String {
            "\(catalogue.name) \(plan)\(restriction.name)" + (history > 0 ? " tower\(history)" : "")
        }
    }

    /// Times the grid.
    ///
    /// - Parameter report: Told the share that is done, 0 to 1.
    /// - Returns: A sample for each query and request; those of every second query to judge by.
    /// - Throws: ``Retrieval/RetrievalError`` or ``Ranking/RankingError`` for a damaged query, and when the task is cancelled.
    package func samples(report: (Double) -> Void) throws -> Samples {
        let requests = try requests()
        var samples = Samples()
        let start = ThreadProcessorTime.nanoseconds
        let end = Int(limit / .nanoseconds(1))
        let own = ownTime()
        // The first round warms caches and pages.
        for request in requests { _ = try time(request, queries[0], 0) }
        for (place, query) in queries.enumerated() {
            let spent = ThreadProcessorTime.nanoseconds - start
            report(max(Double(place) / Double(queries.count), min(1, Double(spent) / Double(end))))
            guard place < Self.leastQueries || spent < end else { break }
            var times = [[Int]](repeating: [], count: requests.count)
            var counts = [CostCounts](repeating: CostCounts(), count: requests.count)
            for _ in 0..<Self.repeats {
                try Task.checkCancellation()
                for (index, request) in requests.enumerated() {
                    let (time, counted) = try time(request, query, place)
                    times[index].append(max(1, time - own))
                    counts[index] = counted
                }
            }
            for (index, request) in requests.enumerated() {
                let median = CostModelAccuracy.median(times[index].map(Double.init))
                let sample = CostSample(label: request.label, counts: counts[index], microseconds: median / 1_000)
                if place % 2 == 0 { samples.fitted.append(sample) } else { samples.judged.append(sample) }
            }
        }
        report(1)
        return samples
    }

    private func requests() throws -> [TimedRequest] {
        var requests: [TimedRequest] = []
        for catalogue in catalogues {
            for plan in try catalogue.plans() {
                requests += MeasuredCatalogue.Restriction.all.map {
                    TimedRequest(catalogue: catalogue, plan: plan, restriction: $0)
                }
            }
        }
        guard let tower, let first = requests.first else { return requests }
        for length in Set([1, 5, 15, tower.model.historyLength]).sorted() where length <= tower.model.historyLength {
            requests.append(
                TimedRequest(catalogue: first.catalogue, plan: first.plan, restriction: .seenOnly, history: length))
        }
        return requests
    }

    /// Nanoseconds that reading the clock twice takes.
    private func ownTime() -> Int {
        let times = (0..<200).map { _ in
            let start = ThreadProcessorTime.nanoseconds
            return ThreadProcessorTime.nanoseconds - start
        }
        return times.sorted()[times.count / 2]
    }

    /// Answers one request.
    ///
    /// - Returns: Nanoseconds that the thread worked, and what was counted.
    private func time(
        _ request: TimedRequest, _ query: Query, _ place: Int
    ) throws -> (nanoseconds: Int, counts: CostCounts) {
        let model = CostModel.shipped
        let (catalogue, plan) = (request.catalogue, request.plan)
        let start = ThreadProcessorTime.nanoseconds
        var meter = CostMeter(budget: CostBudget(limit: CostUnits(microunits: .max)))
        _ = meter.buy(1, of: .one(.request), by: model, for: .request)
        var vector = query.vector
        if request.history > 0, let tower {
            _ = meter.buy(request.history, of: .one(.towerHistoryItem), by: model, for: .query)
            let history = (0..<request.history).map { tower.features[(place * 31 + $0) % tower.features.count] }
            vector = tower.model.userEmbedding(history: history) ?? vector
        }
        let mask = try catalogue.mask(request.restriction, seen: query.seen)
        let scan = try catalogue.index.prepare(
            for: vector.span, probes: plan.probes, dimensions: plan.scanDimensions,
            count: plan.shortlist == 0 ? Self.answerCandidates : plan.shortlist, mask: mask, model: model,
            paying: &meter)
        var candidates = try catalogue.index.candidates(of: [scan])[0]
        if plan.shortlist > 0 {
            candidates = try Reranker(vectors: catalogue.vectors, model: model)
                .rerank(candidates, for: vector.span, through: plan.middle, paying: &meter)
        }
        try door()
        let statement = meter.finish()
        return (ThreadProcessorTime.nanoseconds - start, statement.counts)
    }
}
