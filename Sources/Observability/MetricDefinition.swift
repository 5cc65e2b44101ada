/// A metric by which operators watch Linden.
///
/// Names follow Prometheus' conventions: prefix, unit, and `_total` for what only grows. Dashboards and alerts are written
/// against them, so they do not change.
public struct MetricDefinition: Hashable, Sendable {
    /// Name in the exposition.
    public let name: String
    /// A sentence for the `HELP` line.
    public let help: String
    /// Upper bounds of a histogram's buckets, ascending and without infinity; empty for other kinds.
    public let buckets: [Double]

    public init(name: String, help: String, buckets: [Double] = []) {
        self.name = name
        self.help = help
        self.buckets = buckets
    }
}

extension MetricDefinition {
    /// Labels `route`, `method`, `status`.
    public static let httpRequests = MetricDefinition(
        name: "linden_http_requests_total", help: "HTTP requests answered.")

    /// Labels `route`, `method`.
    public static let httpDuration = MetricDefinition(
        name: "linden_http_request_duration_seconds", help: "Time from a request's head to its answer.",
        buckets: durationBuckets)

    public static let httpInFlight = MetricDefinition(
        name: "linden_http_requests_in_flight", help: "HTTP requests being answered now.")

    /// Labels `tier`, `degraded`: `true` or `false`.
    public static let recommendations = MetricDefinition(
        name: "linden_recommendations_total", help: "Recommendation requests answered.")

    /// Label `reason`.
    public static let degradations = MetricDefinition(
        name: "linden_degraded_total", help: "Reasons why answers were less than their tier promises.")

    /// Label `tier`.
    public static let requestCost = MetricDefinition(
        name: "linden_request_cost_units", help: "Cost units that a recommendation request spent.",
        buckets: [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000])

    /// Label `stage`.
    public static let stageCost = MetricDefinition(
        name: "linden_stage_cost_units_total", help: "Cost units spent, by the stage that spent them.")

    /// Label `outcome`: `new` or `known`.
    public static let events = MetricDefinition(
        name: "linden_events_total", help: "Events taken in and durable; known ones were stored before.")

    public static let scanPasses = MetricDefinition(
        name: "linden_scan_passes_total", help: "Passes over the index.")

    public static let scanRequests = MetricDefinition(
        name: "linden_scan_requests_total", help: "Scans that the passes did: more than passes when some shared one.")

    public static let scanWaiting = MetricDefinition(
        name: "linden_scan_requests_waiting", help: "Requests that wait for a pass now.")

    public static let overspent = MetricDefinition(
        name: "linden_budget_overspent_total", help: "Requests that spent more than their budget: a fault if above 0.")

    /// Label `offer`: `cheapest`, `between` or `dearest`.
    public static let allotments = MetricDefinition(
        name: "linden_capacity_allotments_total", help: "Requests by which of their plans a shared capacity paid for.")

    /// Label `criticality`.
    public static let shed = MetricDefinition(
        name: "linden_shed_total", help: "Requests turned away because the capacity was short.")

    public static let unitPrice = MetricDefinition(
        name: "linden_capacity_unit_price", help: "Value x recall that a cost unit must find now to be spent.")

    /// Label `outcome`: `started`, `finished` or `failed`.
    public static let recalibrations = MetricDefinition(
        name: "linden_recalibrations_total", help: "Measurements of what plans find, made beside the requests.")

    /// Labels `generation`, `outcome`: `compared` or `failed`.
    public static let shadowRequests = MetricDefinition(
        name: "linden_shadow_requests_total", help: "Requests answered by a generation in the shadow too.")

    /// Label `generation`.
    public static let shadowOverlap = MetricDefinition(
        name: "linden_shadow_overlap_total",
        help: "Sum over compared requests of the share of the first ten items that the shadow has in its first ten.")

    public static let shadowSkipped = MetricDefinition(
        name: "linden_shadow_skipped_total", help: "Requests not answered in the shadow, as too many waited.")

    /// Label `outcome`: `written` or `dropped`.
    public static let exposures = MetricDefinition(
        name: "linden_exposures_total", help: "Exposures of experiments that are durable, or were left out.")

    public static let exposuresWaiting = MetricDefinition(
        name: "linden_exposures_waiting", help: "Exposures that wait to be written.")

    public static let tierRevision = MetricDefinition(
        name: "linden_tiers_revision", help: "Revision of tiers and experiments in force; 0 for those that ship.")

    public static let tierAge = MetricDefinition(
        name: "linden_tiers_age_seconds", help: "Time since the database confirmed the tiers in force.")

    /// Label `generation`; 1 for the one that answers who names none.
    public static let heldGenerations = MetricDefinition(
        name: "linden_generation_held", help: "Generations in memory: 1 for the active one, 0 for those beside it.")

    /// From 100 µs to 5 s: the target of 5 ms lies on a bound.
    public static let durationBuckets = [
        0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
    ]

    /// All of Linden's metrics.
    public static let all = [
        httpRequests, httpDuration, httpInFlight, recommendations, degradations, requestCost, stageCost, events,
        scanPasses, scanRequests, scanWaiting, overspent, allotments, shed, unitPrice,
        recalibrations, shadowRequests, shadowOverlap, shadowSkipped, heldGenerations, exposures,
        exposuresWaiting, tierRevision, tierAge,
    ]
}
