import Domain
import OfflineJobs
import TestSupport
import Testing

@Suite("A plan tuner")
struct PlanTunerTests {
    @Test("finds a plan that reaches the target, and none of less is enough", arguments: 0..<50)
    func reaches(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = SearchModel(using: &random)
        let target = Double.random(in: 0.5...0.97, using: &random)
        var tuner = PlanTuner(grid: model.grid, margin: 0, measure: model.measurement)

        let best = try tuner.best(for: target)

        #expect(best.recall >= target)
        for scan in model.grid.scans {
            for probes in model.grid.probes.prefix(while: { ($0 ?? .max) < (best.plan.probes ?? .max) }) {
                for shortlist in model.grid.shortlists where shortlist <= best.plan.shortlist {
                    let plan = try model.grid.plan(scan: scan, probes: probes, shortlist: shortlist)
                    let less = try model.measurement(of: plan)
                    #expect(less.recall < target || less.p50 >= best.p50, "\(plan), and the tuner took \(best.plan)")
                }
            }
        }
        #expect(tuner.measured.count < 300)
    }

    @Test("finds the most that can be found when the target cannot be reached", arguments: 0..<10)
    func tooHigh(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let model = SearchModel(using: &random)
        var tuner = PlanTuner(grid: model.grid, margin: 0, measure: model.measurement)
        let most = try tuner.best(for: 1)
        #expect(most.plan.probes == nil && most.plan.shortlist == model.grid.shortlists.last)
    }

    @Test("keeps a distance from the target where the figure is uncertain")
    func margin() throws {
        var random = SeededGenerator(seed: 1)
        let model = SearchModel(using: &random)
        var tuner = PlanTuner(grid: model.grid, margin: 3, measure: model.measurement)
        let best = try tuner.best(for: 0.9)
        #expect(best.recall - 3 * best.recallError >= 0.9)
        #expect(best.recallError > 0)
    }
}

/// A search whose recall and time are formulae: both grow with probes, with the shortlist, and with the prefix.
private struct SearchModel: Sendable {
    let grid: PlanGrid
    private let probesNeeded: Double
    private let shortlistNeeded: Double
    private let timePerRow: Double

    init(using random: inout SeededGenerator) {
        let lists = Int.random(in: 1...2000, using: &random)
        grid = PlanGrid(ladder: .standard, depth: 64, lists: lists, rows: lists * 40, k: 10)
        probesNeeded = Double.random(in: 1...50, using: &random)
        shortlistNeeded = Double.random(in: 1...50, using: &random)
        timePerRow = Double.random(in: 0.001...0.01, using: &random)
    }

    func measurement(of plan: ServingPlan) throws -> PlanMeasurement {
        let probes = Double(plan.probes ?? 1_000_000)
        let shortlist = Double(plan.shortlist * plan.scanDimensions) / 64
        let recall = probes / (probes + probesNeeded) * shortlist / (shortlist + shortlistNeeded)
        let rows = min(probes, 3000) * 40
        let time = rows * timePerRow * Double(plan.scanDimensions + 16) + Double(plan.shortlist)
        // Two queries in three find all that there is, a third makes up the rest.
        let recalls = (0..<100).map { $0 % 2 == 0 ? recall : min(1, recall + 0.01) - ($0 % 4 == 1 ? 0.01 : 0) }
        let mean = recalls.reduce(0, +) / 100
        return PlanMeasurement(
            plan: plan, recalls: recalls.map { $0 + recall - mean }, milliseconds: [time], queriesPerSecond: 1000 / time
        )
    }
}
