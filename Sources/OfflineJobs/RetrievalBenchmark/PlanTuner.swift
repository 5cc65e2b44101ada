package import Domain

/// Looks for the fastest plan of a grid that reaches a recall.
///
/// Recall is not measured plan by plan: one scan with the longest shortlist tells it for all shortlists after the same
/// probes (``ShortlistRanks``). So each number of probes has one plan worth timing, that with the shortest shortlist that
/// reaches the target; its time falls and then rises with the probes. The probes are walked in long steps until the least
/// plan with so many is no faster than what was found, then in short steps around the fastest. The fastest are tried with a
/// longer shortlist that a middle prefix narrows, and the fastest plans of all are measured whole.
package struct PlanTuner {
    /// Finds where the neighbours stand in a shortlist of that length, for a prefix and a number of probes; by the score of a
    /// middle prefix, if there is one.
    package typealias Rank = (_ scan: Int, _ probes: Int?, _ shortlist: Int, _ middle: Int?) throws -> ShortlistRanks
    /// Measures a plan on that many of the queries to tune by; `nil` takes all.
    package typealias Measure = (ServingPlan, _ queries: Int?) throws -> PlanMeasurement

    private let grid: PlanGrid
    /// Standard errors that a plan must lie above the target.
    private let margin: Double
    private let rank: Rank
    private var ranks: [RankedShortlist: ShortlistRanks] = [:]
    /// The plans that were measured whole, in order.
    package private(set) var measured: [PlanMeasurement] = []

    /// A shortlist that mostly suffices: the longest one is looked at only where this one does not.
    private static let usualShortlist = 1000
    /// Steps of the grid's probes that are walked at once.
    private static let stride = 3
    /// Queries that a plan is timed by at first.
    private static let fewQueries = 64
    /// Queries that tell how fast a number of probes can be at all.
    private static let fewestQueries = 16
    /// Plans that are measured whole before one is chosen: the fastest of many is often lucky.
    private static let finalists = 3
    /// Plans that are tried with a narrowing.
    private static let narrowedPlans = 2
    /// The shortest shortlist that is worth a narrowing.
    private static let leastNarrowed = 64
    /// How much longer a shortlist is made to be narrowed: it must hold more, since the narrowing loses some.
    private static let widenings = [1.3, 2.0]

    /// A prefix, and a number of probes by its place in the grid.
    private struct GridPoint: Hashable {
        let scan: Int
        let probes: Int
    }

    /// A shortlist whose neighbours were looked for.
    private struct RankedShortlist: Hashable {
        let point: GridPoint
        let length: Int
        let middle: Int?
    }

    /// - Parameters:
    ///   - grid: The plans.
    ///   - margin: Standard errors of recall that a plan must lie above the target, so that it reaches it on other queries too.
    ///   - rank: Looks for neighbours in a shortlist, for the queries to tune by.
    package init(grid: PlanGrid, margin: Double, rank: @escaping Rank) {
        self.grid = grid
        self.margin = margin
        self.rank = rank
    }

    /// The plan with the lowest median time that reaches `target`, or, when none does, that with the highest recall.
    package mutating func best(for target: Double, timedBy measure: Measure) throws -> PlanMeasurement {
        var timed: [GridPoint: PlanMeasurement] = [:]
        for scan in grid.scans {
            try walk(scan: scan, target: target, timedBy: measure, into: &timed)
        }
        var candidates = Array(timed.values)
        for (point, found) in timed.sorted(by: { Self.isFaster($0.value, $1.value) }).prefix(Self.narrowedPlans) {
            candidates += try narrowed(found.plan, at: point, target: target, timedBy: measure)
        }
        var whole: [PlanMeasurement] = []
        for found in candidates.sorted(by: Self.isFaster).prefix(Self.finalists) {
            try Task.checkCancellation()
            whole.append(try measure(found.plan, nil))
        }
        measured += whole
        // A rerank by rounded vectors may lose a neighbour that its shortlist had.
        let reaching = whole.filter { $0.recallMean.reaches(target, margin: margin) }
        if let fastest = reaching.min(by: Self.isFaster) { return fastest }
        if let best = whole.max(by: { $0.recall < $1.recall }) { return best }
        let best = try measure(mostThorough(), nil)
        measured.append(best)
        return best
    }

    /// Times plans that scan one prefix.
    private mutating func walk(
        scan: Int, target: Double, timedBy measure: Measure, into timed: inout [GridPoint: PlanMeasurement]
    ) throws {
        let last = grid.probes.count - 1
        var fastest: (position: Int, found: PlanMeasurement)?
        for position in Array(Swift.stride(from: 0, to: last, by: Self.stride)) + [last] {
            let point = GridPoint(scan: scan, probes: position)
            guard try mayBeFaster(point, than: timed, measure) else { break }
            guard let found = try time(point, target, measure, &timed) else { continue }
            if fastest.map({ Self.isFaster(found, $0.found) }) ?? true { fastest = (position, found) }
        }
        guard let fastest else { return }
        for position in max(0, fastest.position - Self.stride + 1)..<min(last, fastest.position + Self.stride) {
            let point = GridPoint(scan: scan, probes: position)
            guard try mayBeFaster(point, than: timed, measure) else { break }
            _ = try time(point, target, measure, &timed)
        }
    }

    /// Times a plan with longer shortlists that a middle prefix narrows to the shortest that reaches the target.
    private mutating func narrowed(
        _ plan: ServingPlan, at point: GridPoint, target: Double, timedBy measure: Measure
    ) throws -> [PlanMeasurement] {
        guard plan.shortlist >= Self.leastNarrowed else { return [] }
        let wanted = Self.widenings.map { $0 * Double(plan.shortlist) }
        let lengths = Set(
            wanted.map { wanted in grid.shortlists.first { Double($0) >= wanted } ?? grid.longestShortlist })
        var found: [PlanMeasurement] = []
        for middle in grid.middles(after: point.scan) {
            for length in lengths.sorted() {
                try Task.checkCancellation()
                let kept = try ranks(at: point, shortlist: length, middle: middle)
                    .shortest(of: grid.shortlists.filter { $0 < plan.shortlist }, reaching: target, margin: margin)
                guard let kept else { continue }
                let narrowing = try grid.plan(
                    scan: point.scan, probes: grid.probes[point.probes], shortlist: length,
                    middle: FunnelStep(dimensions: middle, keep: kept))
                found.append(try measure(narrowing, Self.fewQueries))
            }
        }
        return found
    }

    /// Whether the plan that keeps least after a point's probes is faster than all that were timed.
    private func mayBeFaster(
        _ point: GridPoint, than timed: [GridPoint: PlanMeasurement], _ measure: Measure
    ) throws -> Bool {
        guard let fastest = timed.values.min(by: Self.isFaster) else { return true }
        try Task.checkCancellation()
        let least = try grid.plan(
            scan: point.scan, probes: grid.probes[point.probes], shortlist: grid.shortlists[0])
        return try Self.isFaster(measure(least, Self.fewestQueries), fastest)
    }

    /// Times the plan with the shortest shortlist that reaches the target there, if that was not done yet.
    private mutating func time(
        _ point: GridPoint, _ target: Double, _ measure: Measure, _ timed: inout [GridPoint: PlanMeasurement]
    ) throws -> PlanMeasurement? {
        if let found = timed[point] { return found }
        try Task.checkCancellation()
        guard let shortlist = try shortest(at: point, reaching: target) else { return nil }
        let plan = try grid.plan(scan: point.scan, probes: grid.probes[point.probes], shortlist: shortlist)
        let found = try measure(plan, Self.fewQueries)
        timed[point] = found
        return found
    }

    /// The shortest shortlist that reaches the target with a point's prefix and probes.
    private mutating func shortest(at point: GridPoint, reaching target: Double) throws -> Int? {
        let usual = min(Self.usualShortlist, grid.longestShortlist)
        let shortest = try ranks(at: point, shortlist: usual)
            .shortest(of: grid.shortlists.filter { $0 <= usual }, reaching: target, margin: margin)
        if let shortest { return shortest }
        return try ranks(at: point, shortlist: grid.longestShortlist)
            .shortest(of: grid.shortlists, reaching: target, margin: margin)
    }

    private mutating func ranks(at point: GridPoint, shortlist: Int, middle: Int? = nil) throws -> ShortlistRanks {
        let key = RankedShortlist(point: point, length: shortlist, middle: middle)
        if let known = ranks[key] { return known }
        let found = try rank(point.scan, grid.probes[point.probes], shortlist, middle)
        ranks[key] = found
        return found
    }

    /// The plan with the highest recall of those that were looked at in vain, and of these the one that does least.
    private func mostThorough() throws -> ServingPlan {
        let longest = grid.longestShortlist
        let recall = { (ranks: ShortlistRanks, length: Int) in SampleMean(ranks.recalls(shortlist: length)).value }
        let ordered = ranks.filter { $0.key.length == longest && $0.key.middle == nil }
            .map { (point: $0.key.point, ranks: $0.value) }
            .sorted { ($0.point.probes, $0.point.scan) < ($1.point.probes, $1.point.scan) }
        let highest = ordered.map { recall($0.ranks, longest) }.reduce(0, max)
        for (point, ranks) in ordered where recall(ranks, longest) == highest {
            let shortlist = grid.shortlists.first { recall(ranks, $0) == highest }
            return try grid.plan(
                scan: point.scan, probes: grid.probes[point.probes], shortlist: shortlist ?? longest)
        }
        return try grid.plan(scan: grid.scans[0], probes: nil, shortlist: longest)
    }

    private static func isFaster(_ one: PlanMeasurement, _ other: PlanMeasurement) -> Bool { one.p50 < other.p50 }
}
