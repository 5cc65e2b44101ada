import ExperimentStatistics
import TestSupport
import Testing

@Suite("A share's sequence")
struct ShareSequenceTests {
    @Test("misses the true share in at most 5 % of runs, over all looks", arguments: [0.001, 0.1, 0.5])
    func holds(share: Double) {
        var generator = SeededGenerator(seed: 51)
        let missed = (0..<400).count { _ in
            var events = 0
            return (1...500).contains { look in
                events += generator.successes(of: 10, chance: share)
                return ShareSequence(events: events, of: 10 * look).pValue(of: share) < 0.05
            }
        }
        #expect(missed <= 20)
    }

    @Test(
        "is the shares whose evidence is below the limit",
        arguments: [(0, 1), (0, 100), (3, 10), (50, 50), (70, 1_000)])
    func interval(events: Int, trials: Int) {
        let sequence = ShareSequence(events: events, of: trials)
        let interval = sequence.interval(falsePositiveRate: 0.05)
        #expect(interval.contains(Double(events) / Double(trials)))
        for step in 1..<200 {
            let share = Double(step) / 200
            #expect(interval.contains(share) == (sequence.pValue(of: share) > 0.05))
        }
    }

    @Test("of no trials is every share")
    func noTrials() {
        #expect(ShareSequence(events: 0, of: 0).interval(falsePositiveRate: 0.05) == Interval(lower: 0, upper: 1))
    }
}
