import Domain
import OfflineJobs
import TestSupport
import Testing

@Suite("A plan tuner")
struct PlanTunerTests {
    @Test("finds a plan that reaches the target, and about the fastest there is", arguments: 0..<50)
    func reaches(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = SearchModel(using: &random)
        let target = Double.random(in: 0.5...0.97, using: &random)
        var tuner = model.tuner(margin: 0)

        let best = try tuner.best(for: target, timedBy: model.measurement)

        #expect(best.recall >= target)
        var fastest = Double.infinity
        for scan in model.grid.scans {
            for probes in model.grid.probes {
                for shortlist in model.grid.shortlists {
                    let plan = try model.grid.plan(scan: scan, probes: probes, shortlist: shortlist)
                    let other = try model.measurement(of: plan, queries: nil)
                    if other.recall >= target { fastest = min(fastest, other.p50) }
                }
            }
        }
        #expect(best.p50 <= 1.05 * fastest)
    }

    @Test("finds the most that can be found, with the least work, when the target cannot be reached", arguments: 0..<10)
    func tooHigh(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = SearchModel(using: &random)
        var tuner = model.tuner(margin: 0)
        let most = try tuner.best(for: 1.1, timedBy: model.measurement)
        #expect(most.recall == 1)
        #expect(most.plan.shortlist < 8000)
    }

    @Test("keeps a distance from the target where the figure is uncertain", arguments: 0..<10)
    func margin(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = SearchModel(using: &random)
        var bold = model.tuner(margin: 0)
        var careful = model.tuner(margin: 3)
        let least = try bold.best(for: 0.9, timedBy: model.measurement)
        let best = try careful.best(for: least.recall, timedBy: model.measurement)
        #expect(best.recall - 3 * best.recallError >= least.recall)
    }

    @Test("passes over a plan that loses in the rerank what its shortlist had")
    func lossyRerank() throws {
        var random = SeededGenerator(seed: 1)
        let model = SearchModel(using: &random)
        var tuner = model.tuner(margin: 0)
        let first = try tuner.best(for: 0.9, timedBy: model.measurement).plan
        let second = try tuner.best(for: 0.9) { plan, queries in
            let found = try model.measurement(of: plan, queries: queries)
            guard plan == first, queries == nil else { return found }
            return PlanMeasurement(plan: plan, recalls: [0.5], milliseconds: [found.p50], queriesPerSecond: 1)
        }
        #expect(second.plan != first)
        #expect(second.recall >= 0.9)
    }

    @Test("narrows a long shortlist by a middle prefix where that is faster", arguments: 0..<10)
    func narrows(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = SearchModel(using: &random, shortlists: 500...1000)
        var tuner = model.tuner(margin: 0)
        let best = try tuner.best(for: 0.95, timedBy: model.measurement)
        #expect(best.recall >= 0.95)
        let plain = try model.grid.shortlists.map { shortlist in
            try model.grid.plan(
                scan: best.plan.scanDimensions, probes: best.plan.probes, shortlist: shortlist)
        }.map { try model.measurement(of: $0, queries: nil) }.filter { $0.recall >= 0.95 }
        #expect(best.plan.middle.count == 1)
        #expect(best.p50 < plain.map(\.p50).reduce(.infinity, min))
    }

    @Test("has scans of all prefixes from the ladder's own depth on, and of two at least")
    func scans() {
        let scans = [16, 32, 64, 128, 256].map {
            PlanGrid(ladder: .standard, depth: $0, lists: 100, rows: 4000, k: 10).scans
        }
        #expect(scans == [[16], [32, 16], [64, 32], [128, 64], [256, 128, 64]])
    }

    @Test("looks at each number of probes at most twice, whatever the targets, and times few plans")
    func effort() throws {
        var random = SeededGenerator(seed: 3)
        let model = SearchModel(using: &random)
        var timed = 0
        var looked: [[Int?]] = []
        var narrowed: [[Int?]] = []
        var tuner = PlanTuner(grid: model.grid, margin: 0) { scan, probes, shortlist, middle in
            if middle == nil {
                looked.append([scan, probes, shortlist])
            } else {
                narrowed.append([scan, probes, shortlist, middle])
            }
            return model.ranks(scan: scan, probes: probes, shortlist: shortlist, middle: middle)
        }
        for target in [0.9, 0.95] {
            _ = try tuner.best(for: target) { plan, queries in
                timed += 1
                return try model.measurement(of: plan, queries: queries)
            }
        }
        #expect(Set(looked).count == looked.count)
        // Two plans for each target, two lengths and two middles at most.
        #expect(Set(narrowed).count == narrowed.count && narrowed.count <= 16)
        #expect(Set(looked.map { $0[2] }).isSubset(of: [1000, model.grid.longestShortlist]))
        #expect(timed < 100)
        #expect(tuner.measured.count == 6)
    }
}

/// A search of which everything is known: each neighbour lies in a list of its own and at a place of its own.
private struct SearchModel: Sendable {
    let grid: PlanGrid
    private static let k = 10
    /// For each query and neighbour, the probes that find it, and its place behind rows of the same lists, at 64 dimensions.
    private let neighbours: [[(probes: Int, place: Double)]]
    private let timePerRow: Double
    private let timePerCandidate: Double

    init(using random: inout SeededGenerator, shortlists: ClosedRange<Double> = 1...50) {
        let lists = Int.random(in: 100...2000, using: &random)
        grid = PlanGrid(ladder: .standard, depth: 64, lists: lists, rows: lists * 40, k: Self.k)
        let (probesNeeded, shortlistNeeded) = (
            Double.random(in: 1...20, using: &random), Double.random(in: shortlists, using: &random)
        )
        neighbours = (0..<100).map { _ in
            (0..<Self.k).map { place in
                // Few lie far: the square of a uniform number.
                let (far, deep) = (Double.random(in: 0..<1, using: &random), Double.random(in: 0..<1, using: &random))
                return (
                    probes: Int(probesNeeded * far * far * 5), place: Double(place) + shortlistNeeded * deep * deep * 4
                )
            }
        }
        timePerRow = Double.random(in: 0.001...0.01, using: &random)
        timePerCandidate = Double.random(in: 0.5...2, using: &random)
    }

    func tuner(margin: Double) -> PlanTuner {
        PlanTuner(grid: grid, margin: margin) { ranks(scan: $0, probes: $1, shortlist: $2, middle: $3) }
    }

    func ranks(scan: Int, probes: Int?, shortlist: Int, middle: Int? = nil) -> ShortlistRanks {
        ShortlistRanks(
            places: neighbours.map { query in
                query.filter { $0.probes < probes ?? .max && Int($0.place * 64 / Double(scan)) < shortlist }
                    .map { Int($0.place * 64 / Double(middle ?? scan)) }
            }, k: Self.k)
    }

    func measurement(of plan: ServingPlan, queries: Int?) throws -> PlanMeasurement {
        let rows = Double(min(plan.probes ?? .max, 3000) * 40)
        let middle = plan.middle.first
        let kept = middle?.keep ?? plan.shortlist
        // A candidate that a middle prefix scores costs its share of the dimensions, and one that it keeps the rest.
        let share = Double(middle?.dimensions ?? 0) / Double(plan.rerankDimensions)
        let candidates = Double(plan.shortlist) * share + Double(kept) * (1 - share)
        let time = rows * timePerRow * Double(plan.scanDimensions + 16) + timePerCandidate * candidates
        let recalls = ranks(
            scan: plan.scanDimensions, probes: plan.probes, shortlist: plan.shortlist, middle: middle?.dimensions
        ).recalls(shortlist: kept)
        return PlanMeasurement(
            plan: plan, recalls: Array(recalls.prefix(queries ?? .max)), milliseconds: [time],
            queriesPerSecond: 1000 / time)
    }
}
