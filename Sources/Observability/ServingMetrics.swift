import Metrics
import Synchronization

/// Counts what requests were answered with, and what they spent.
public final class ServingMetrics: Sendable {
    private let factory: PrometheusRegistry
    private let counters = Mutex<[Series: FloatingPointCounter]>([:])
    private let costs = Mutex<[String: Recorder]>([:])

    private let held = Mutex<[String: Meter]>([:])
    private let totals = Mutex<[Series: Double]>([:])

    private struct Series: Hashable {
        let metric: String
        let labels: [String]
    }

    public init(registry: PrometheusRegistry) {
        factory = registry
    }

    /// Counts an answer.
    ///
    /// - Parameters:
    ///   - tier: Name of its tier.
    ///   - spent: Cost units spent.
    ///   - degradation: Names of its reasons.
    public func recordAnswer(tier: String, spent: Double, degradation: [String]) {
        count(1, .recommendations, [("tier", tier), ("degraded", degradation.isEmpty ? "false" : "true")])
        for reason in degradation { count(1, .degradations, [("reason", reason)]) }
        cost(tier: tier).record(spent)
    }

    /// Books cost units on a stage.
    public func recordCost(stage: String, spent: Double) {
        count(spent, .stageCost, [("stage", stage)])
    }

    /// Counts events that are durable.
    public func recordEvents(new: Int, known: Int) {
        count(Double(new), .events, [("outcome", "new")])
        count(Double(known), .events, [("outcome", "known")])
    }

    /// Brings the counters of passes up to what has been done since the program began.
    public func recordScans(passes: Int, requests: Int, waiting: Int) {
        raise(.scanPasses, [], to: Double(passes))
        raise(.scanRequests, [], to: Double(requests))
        Meter(label: MetricDefinition.scanWaiting.name, dimensions: [], factory: factory).set(waiting)
    }

    /// Brings the count of requests that spent more than their budget up to what has been since the program began.
    public func recordOverspent(_ requests: Int) { raise(.overspent, [], to: Double(requests)) }

    /// Brings the counts of measurements beside the requests up to what has been since the program began.
    public func recordRecalibrations(started: Int, finished: Int, failed: Int) {
        for (outcome, count) in [("started", started), ("finished", finished), ("failed", failed)] {
            raise(.recalibrations, [("outcome", outcome)], to: Double(count))
        }
    }

    /// Brings what came of comparing a generation in the shadow up to what has been since the program began.
    ///
    /// - Parameters:
    ///   - generation: Its name.
    ///   - compared: Answers that were compared.
    ///   - failed: Requests that it could not answer.
    ///   - overlap: Sum of the overlaps.
    public func recordShadow(_ generation: String, compared: Int, failed: Int, overlap: Double) {
        raise(.shadowRequests, [("generation", generation), ("outcome", "compared")], to: Double(compared))
        raise(.shadowRequests, [("generation", generation), ("outcome", "failed")], to: Double(failed))
        raise(.shadowOverlap, [("generation", generation)], to: overlap)
    }

    /// Brings the count of requests that were not compared up to what has been since the program began.
    public func recordShadowSkipped(_ requests: Int) { raise(.shadowSkipped, [], to: Double(requests)) }

    /// Brings what has come of exposures up to what has been since the program began.
    public func recordExposures(written: Int, dropped: Int, waiting: Int) {
        raise(.exposures, [("outcome", "written")], to: Double(written))
        raise(.exposures, [("outcome", "dropped")], to: Double(dropped))
        Meter(label: MetricDefinition.exposuresWaiting.name, dimensions: [], factory: factory).set(waiting)
    }

    /// Sets which tiers are in force, and how many seconds ago the database confirmed them; `nil` before the first time.
    public func recordTiers(revision: Int, age: Double?) {
        Meter(label: MetricDefinition.tierRevision.name, dimensions: [], factory: factory).set(revision)
        if let age { Meter(label: MetricDefinition.tierAge.name, dimensions: [], factory: factory).set(age) }
    }

    /// Sets which generations are in memory.
    ///
    /// - Parameter generations: Names; the active one first.
    public func recordHeld(_ generations: [String]) {
        let gauges = held.withLock { held in
            for gone in held.keys where !generations.contains(gone) { held.removeValue(forKey: gone)?.destroy() }
            for new in generations where held[new] == nil {
                held[new] = Meter(
                    label: MetricDefinition.heldGenerations.name, dimensions: [("generation", new)], factory: factory)
            }
            return held
        }
        for (generation, gauge) in gauges { gauge.set(generation == generations.first ? 1 : 0) }
    }

    /// Brings what was decided on a shared capacity up to what has been since the program began.
    ///
    /// - Parameters:
    ///   - decisions: Requests by what they were given.
    ///   - shed: Requests turned away, by criticality.
    ///   - unitPrice: What a unit must find now to be spent.
    public func recordCapacity(decisions: [(String, Int)], shed: [(String, Int)], unitPrice: Double) {
        for (offer, count) in decisions { raise(.allotments, [("offer", offer)], to: Double(count)) }
        for (criticality, count) in shed { raise(.shed, [("criticality", criticality)], to: Double(count)) }
        Meter(label: MetricDefinition.unitPrice.name, dimensions: [], factory: factory).set(unitPrice)
    }

    /// Counts what a total has grown by since it was last told.
    private func raise(_ metric: MetricDefinition, _ labels: [(String, String)], to total: Double) {
        let new = totals.withLock { totals in
            let series = Series(metric: metric.name, labels: labels.map(\.1))
            let known = totals[series, default: 0]
            totals[series] = max(known, total)
            return max(0, total - known)
        }
        count(new, metric, labels)
    }

    private func count(_ amount: Double, _ metric: MetricDefinition, _ labels: [(String, String)]) {
        let counter = counters.withLock { counters in
            let series = Series(metric: metric.name, labels: labels.map(\.1))
            if let known = counters[series] { return known }
            let new = FloatingPointCounter(label: metric.name, dimensions: labels, factory: factory)
            counters[series] = new
            return new
        }
        counter.increment(by: amount)
    }

    private func cost(tier: String) -> Recorder {
        costs.withLock { costs in
            if let known = costs[tier] { return known }
            let new = Recorder(
                label: MetricDefinition.requestCost.name, dimensions: [("tier", tier)], aggregate: true,
                factory: factory)
            costs[tier] = new
            return new
        }
    }
}
