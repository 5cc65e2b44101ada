import Evaluation
import TestSupport
import Testing

@Suite("Bootstrap means")
struct BootstrapMeansTests {
    @Test("spread like the standard error of a mean", arguments: 0..<4 as Range<UInt64>)
    func standardError(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<2_000).map { _ in Double.random(in: 0..<1, using: &generator) }
        let mean = values.reduce(0, +) / 2_000
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2_000
        let error = (variance / 2_000).squareRoot()
        let interval = BootstrapMeans(of: [values], using: &generator).interval(of: 0)
        #expect(abs(interval.lower - (mean - 1.96 * error)) < 0.4 * error)
        #expect(abs(interval.upper - (mean + 1.96 * error)) < 0.4 * error)
    }

    @Test("hold the true mean about as often as they say")
    func coverage() {
        var generator = SeededGenerator(seed: 7)
        let held = (0..<400).count { _ in
            let values = (0..<200).map { _ in Double.random(in: 0..<1, using: &generator) < 0.3 ? 1.0 : 0 }
            return BootstrapMeans(of: [values], resamples: 300, using: &generator).interval(of: 0).contains(0.3)
        }
        // 380 are expected; fewer than 360 or more than 396 would come once in some thousands of seeds.
        #expect((360...396).contains(held))
    }

    @Test("draw all columns alike", arguments: 0..<3 as Range<UInt64>)
    func columns(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let first = (0..<50).map { _ in Double.random(in: 0..<1, using: &generator) }
        let means = BootstrapMeans(of: [first, first.map { 3 * $0 }], resamples: 200, using: &generator)
        let ratio = means.interval { 3 * $0[$0.startIndex] - $0[$0.startIndex + 1] }
        #expect(abs(ratio.lower) < 1e-12 && abs(ratio.upper) < 1e-12)
        #expect(means.interval(of: 0).upper > means.interval(of: 0).lower)
    }

    @Test("are the same for the same generator, and others for another")
    func seeds() {
        func interval(_ seed: UInt64) -> ConfidenceInterval {
            var generator = SeededGenerator(seed: seed)
            return BootstrapMeans(of: [(0..<30).map(Double.init)], using: &generator).interval(of: 0)
        }
        #expect(interval(1) == interval(1))
        #expect(interval(1) != interval(2))
    }

    @Test("of one user are that user's figure")
    func oneUser() {
        var generator = SeededGenerator(seed: 1)
        let interval = BootstrapMeans(of: [[0.4]], using: &generator).interval(of: 0)
        #expect(interval.lower == 0.4 && interval.upper == 0.4)
    }
}

@Suite("A paired bootstrap")
struct PairedBootstrapTests {
    /// Users differ by up to 1, the models by `gain`, give or take a little.
    private func comparison(gain: Double, seed: UInt64) -> PairedBootstrap {
        var generator = SeededGenerator(seed: seed)
        let baseline = (0..<500).map { _ in Double.random(in: 0..<1, using: &generator) }
        let candidate = baseline.map { $0 + gain + Double.random(in: -0.01..<0.01, using: &generator) }
        return PairedBootstrap(candidate: candidate, baseline: baseline, using: &generator)
    }

    @Test("finds a gain that is far below the users' own spread", arguments: 0..<5 as Range<UInt64>)
    func gain(seed: UInt64) {
        let better = comparison(gain: 0.002, seed: seed)
        #expect(better.interval.lower > 0)
        #expect(better.interval.contains(better.difference))
        #expect(better.chanceOfNoGain < 0.01)
        let worse = comparison(gain: -0.002, seed: seed)
        #expect(worse.interval.upper < 0)
        #expect(worse.chanceOfNoGain > 0.99)
    }

    @Test("finds no gain in a model beside itself")
    func itself() {
        var generator = SeededGenerator(seed: 3)
        let figures = (0..<100).map { _ in Double.random(in: 0..<1, using: &generator) }
        let same = PairedBootstrap(candidate: figures, baseline: figures, using: &generator)
        #expect(same.difference == 0 && same.interval.lower == 0 && same.interval.upper == 0)
        #expect(same.chanceOfNoGain == 1)
    }
}

@Suite("Intervals of a model's rungs")
struct QualityIntervalsTests {
    @Test("hold each rung's own figures", arguments: 0..<3 as Range<UInt64>)
    func figures(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let items = (0..<40).map(Int32.init)
        let wanted = (0..<200).map { _ in Set(items.shuffled(using: &generator).prefix(3)) }
        let histories = (0..<200).map { _ in Array(items.shuffled(using: &generator).prefix(5)) }
        let test = RankingTest(
            wanted: wanted, histories: histories,
            popularity: CataloguePopularity(histories: histories, catalogue: items.count))
        let rungs = (0..<3).map { rung in
            // The higher the rung, the more wanted items come first.
            let rankings = wanted.map { wanted in
                let first = Array(wanted.prefix(rung))
                return first + items.shuffled(using: &generator).filter { !first.contains($0) }
            }
            return JudgedRankings(rankings, test: test, k: 10)
        }
        let intervals = QualityIntervals.intervals(of: rungs, test: test, using: &generator)
        #expect(intervals.count == 3)
        for (rung, interval) in zip(rungs, intervals) {
            #expect(rung.metrics.count == 200)
            #expect(interval.recall.contains(rung.quality.recall))
            #expect(interval.ndcg.contains(rung.quality.ndcg))
            #expect(interval.meanReciprocalRank.contains(rung.quality.meanReciprocalRank))
            #expect(interval.hitRate.contains(rung.quality.hitRate))
            #expect(interval.popularity.contains(rung.popularity.average))
            #expect(interval.popularityLift.contains(rung.popularity.lift))
        }
        #expect(intervals[0].recall.upper < intervals[2].recall.lower)
    }
}
