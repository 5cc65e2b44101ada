import ByteStreams
import Domain
package import Planning
import Ranking
import Retrieval
package import Towers
import Training
import VectorKernels

/// Times requests of all sizes on one thread, beside what the meter counted: what a cost model is fitted to.
///
/// Each request does what serving does between its user's rows and its answer: it makes its mask, scans, reranks, and does
/// the work at the door. Times are the thread's own, so that neighbours on the machine are not charged; each is the median of
/// some repeats, between which all other requests of all queries run: a while in which neighbours slow the machine down falls
/// on one repeat of each, not on all repeats of some.
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
    /// Queries asked, whatever the limit, and at most: half to fit to, half to judge by.
    private static let (leastQueries, mostQueries) = (4, 16)
    /// Candidates of a shortlist from which on a rerank that ends early is timed too, and where it ends.
    private static let (longShortlist, head) = (200, 20)
    /// Candidates that an answer in prefix order takes: those of the usual request, and a margin for ties.
    private static let answerCandidates = 26

    /// Prepares a measurement.
    ///
    /// - Parameters:
    ///   - catalogues: Of several sizes, so that what each request pays can be told from what each row does.
    ///   - queries: Of the catalogues' full length.
    ///   - tower: Reads histories; `nil` for vectors that no tower made.
    ///   - limit: Processor time to spend, about; it asks ``leastQueries`` at the least.
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
        /// Candidates that are reranked, where the rerank ends early.
        var head: Int?
        /// Items that the tower reads first; 0 takes the vector as it is.
        var history = 0

        var label: String {
            "\(catalogue.name) \(plan)" + (head.map { " head\($0)" } ?? "") + restriction.name
                + (history > 0 ? " tower\(history)" : "")
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
        let own = ownTime()
        // The first round warms caches and pages, and tells how many queries there is time for.
        for request in requests { _ = try time(request, queries[0], 0) }
        let start = ThreadProcessorTime.nanoseconds
        for request in requests { _ = try time(request, queries[0], 0) }
        let round = max(1, ThreadProcessorTime.nanoseconds - start)
        let affordable = Int(limit / .nanoseconds(1)) / (round * Self.repeats)
        let asked = queries.prefix(min(max(affordable, Self.leastQueries), Self.mostQueries))
        var times = [[[Int]]](repeating: [[Int]](repeating: [], count: requests.count), count: asked.count)
        var counts = [[CostCounts]](
            repeating: [CostCounts](repeating: CostCounts(), count: requests.count), count: asked.count)
        var generator = SeededGenerator(seed: 3)
        for turn in 0..<Self.repeats {
            for (place, query) in asked.enumerated() {
                try Task.checkCancellation()
                report(Double(turn * asked.count + place) / Double(Self.repeats * asked.count))
                // In another order each time: what the request before left in the caches is a matter of chance.
                for index in requests.indices.shuffled(using: &generator) {
                    let (time, counted) = try time(requests[index], query, place)
                    times[place][index].append(max(1, time - own))
                    counts[place][index] = counted
                }
            }
        }
        for place in asked.indices {
            for (index, request) in requests.enumerated() {
                let median = CostModelAccuracy.median(times[place][index].map(Double.init))
                let sample = CostSample(
                    label: request.label, counts: counts[place][index], microseconds: median / 1_000)
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
                guard plan.shortlist >= Self.longShortlist, plan.middle.isEmpty else { continue }
                requests.append(
                    TimedRequest(catalogue: catalogue, plan: plan, restriction: .seenOnly, head: Self.head))
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
            _ = meter.buy(1, of: .one(.towerRun), by: model, besideRowsOf: .query)
            _ = meter.buy(request.history, of: .one(.towerHistoryItem), by: model, for: .query)
            let history = (0..<request.history).map { tower.features[(place * 31 + $0) % tower.features.count] }
            vector = tower.model.userEmbedding(history: history) ?? vector
        }
        _ = meter.buy(
            catalogue.index.count * request.restriction.conditions, of: .one(.maskedRow), by: model,
            besideRowsOf: .filter)
        let excluded = query.seen.filter { $0 < catalogue.index.count }
        _ = meter.buy(excluded.count, of: .one(.excludedRow), by: model, besideRowsOf: .filter)
        let mask = try catalogue.mask(request.restriction, excluding: excluded)
        let scan = try catalogue.index.prepare(
            for: vector.span, probes: plan.probes, dimensions: plan.scanDimensions,
            count: plan.shortlist == 0 ? Self.answerCandidates : plan.shortlist, mask: mask, model: model,
            paying: &meter)
        var candidates = try catalogue.index.candidates(of: [scan])[0]
        if plan.shortlist > 0 {
            let rest = candidates.dropFirst(request.head ?? candidates.count)
            candidates =
                try Reranker(vectors: catalogue.vectors, model: model)
                .rerank(
                    Array(candidates.dropLast(rest.count)), for: vector.span, through: plan.middle, paying: &meter)
                + rest
        }
        try door()
        let statement = meter.finish()
        return (ThreadProcessorTime.nanoseconds - start, statement.counts)
    }
}
