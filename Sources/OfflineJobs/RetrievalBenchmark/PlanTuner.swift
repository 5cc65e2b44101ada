package import Domain

/// Looks for the fastest plan of a grid that reaches a recall.
///
/// More probes, a longer shortlist, or more kept of it find no less and take longer, so each limit is found by halving. What
/// was measured once is not measured again, whatever the target.
package struct PlanTuner {
    /// Measures a plan.
    package typealias Measure = (ServingPlan) throws -> PlanMeasurement

    private let grid: PlanGrid
    /// Standard errors that a plan must lie above the target.
    private let margin: Double
    private let measure: Measure
    /// All that was measured, in order.
    package private(set) var measured: [PlanMeasurement] = []
    private var positions: [ServingPlan: Int] = [:]

    /// Values of a plan's number of probes that are tried, from the first that can reach the target on.
    private static let probesTried = 5
    /// Shortlists that are tried narrowed, from the first that reaches the target without.
    private static let shortlistsTried = 3
    /// Plans that are measured again before one is chosen: the fastest of many is often lucky.
    private static let finalists = 4

    /// - Parameters:
    ///   - grid: The plans.
    ///   - margin: Standard errors of recall that a plan must lie above the target, so that it reaches it on other queries too.
    ///   - measure: Measures a plan, on the queries to tune by.
    package init(grid: PlanGrid, margin: Double, measure: @escaping Measure) {
        self.grid = grid
        self.margin = margin
        self.measure = measure
    }

    /// The plan with the lowest median time that reaches `target`, or, when none does, that with the highest recall.
    package mutating func best(for target: Double) throws -> PlanMeasurement {
        var fastest: PlanMeasurement?
        for scan in grid.scans {
            try search(scan: scan, target: target, fastest: &fastest)
        }
        guard fastest != nil else {
            return measured.sorted { ($0.recall, $1.p50) > ($1.recall, $0.p50) }[0]
        }
        let finalists = measured.indices.filter { reaches(measured[$0], target) }
            .sorted { measured[$0].p50 < measured[$1].p50 }.prefix(Self.finalists)
        for position in finalists {
            try Task.checkCancellation()
            measured[position] = try measure(measured[position].plan)
        }
        return finalists.map { measured[$0] }.sorted { $0.p50 < $1.p50 }[0]
    }

    /// Tries the plans that scan one prefix.
    private mutating func search(scan: Int, target: Double, fastest: inout PlanMeasurement?) throws {
        let widest = grid.shortlists.count - 1
        // How many lists must be probed at all, whatever is kept of them.
        guard
            let fewest = try firstIndex(
                of: grid.probes,
                where: { tuner, position in
                    try tuner.reaches(tuner.measurement(scan: scan, probes: position, shortlist: widest), target)
                })
        else { return }
        let tried = Array(fewest..<min(grid.probes.count, fewest + Self.probesTried)) + [grid.probes.count - 1]
        for probes in tried {
            // No plan with these probes is faster than the one that keeps least.
            let least = try measurement(scan: scan, probes: probes, shortlist: 0)
            if let fastest, least.p50 > fastest.p50 { continue }
            try search(scan: scan, probes: probes, target: target, fastest: &fastest)
        }
    }

    private mutating func search(
        scan: Int, probes: Int, target: Double, fastest: inout PlanMeasurement?
    ) throws {
        let shortest = try firstIndex(of: grid.shortlists) { tuner, position in
            try tuner.reaches(tuner.measurement(scan: scan, probes: probes, shortlist: position), target)
        }
        guard let shortest else { return }
        consider(try measurement(scan: scan, probes: probes, shortlist: shortest), for: &fastest)
        for middle in grid.middles {
            for shortlist in shortest..<min(grid.shortlists.count, shortest + Self.shortlistsTried) {
                let keeps = grid.keeps.filter { $0 < grid.shortlists[shortlist] }
                let step = { keep in FunnelStep(dimensions: middle, keep: keeps[keep]) }
                let fewest = try firstIndex(of: keeps) { tuner, keep in
                    try tuner.reaches(
                        tuner.measurement(scan: scan, probes: probes, shortlist: shortlist, middle: step(keep)), target)
                }
                guard let fewest else { continue }
                consider(
                    try measurement(scan: scan, probes: probes, shortlist: shortlist, middle: step(fewest)),
                    for: &fastest)
            }
        }
    }

    private func consider(_ measurement: PlanMeasurement, for fastest: inout PlanMeasurement?) {
        if fastest.map({ measurement.p50 < $0.p50 }) ?? true { fastest = measurement }
    }

    private func reaches(_ measurement: PlanMeasurement, _ target: Double) -> Bool {
        measurement.recall - margin * measurement.recallError >= target
    }

    /// Measures the plan at these positions of the grid, if that was not done yet.
    private mutating func measurement(
        scan: Int, probes: Int, shortlist: Int, middle: FunnelStep? = nil
    ) throws -> PlanMeasurement {
        let plan = try grid.plan(
            scan: scan, probes: grid.probes[probes], shortlist: grid.shortlists[shortlist], middle: middle)
        if let position = positions[plan] { return measured[position] }
        try Task.checkCancellation()
        let measurement = try measure(plan)
        positions[plan] = measured.count
        measured.append(measurement)
        return measurement
    }

    /// The first of ascending elements that fulfils what all after it do too.
    ///
    /// Looks from the front in growing steps, because plans are the dearer the further they are behind.
    private mutating func firstIndex<Element>(
        of elements: [Element], where isFulfilled: (inout PlanTuner, Int) throws -> Bool
    ) throws -> Int? {
        guard !elements.isEmpty else { return nil }
        var low = 0
        var high = 0
        var step = 1
        while try !isFulfilled(&self, high) {
            guard high < elements.count - 1 else { return nil }
            low = high + 1
            high = min(elements.count - 1, high + step)
            step *= 2
        }
        while low < high {
            let middle = (low + high) / 2
            if try isFulfilled(&self, middle) { high = middle } else { low = middle + 1 }
        }
        return high
    }
}
