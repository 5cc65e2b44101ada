import ExperimentStatistics
import TestSupport
import Testing

@Suite("An arm's estimate")
struct ArmEstimateTests {
    /// A user's impressions are alike in their click rate, so their count is no sample size: intervals that
    /// take each impression for a trial of its own miss the truth far too often.
    @Test("of a ratio holds the truth in 95 of 100 worlds where impressions of one user are alike")
    func deltaMethod() throws {
        var generator = SeededGenerator(seed: 31)
        // Impressions grow with the rate: E[clicks] / E[impressions] is not the mean of the users' rates.
        let truth = (0.05 * 10 + 0.35 * 40) / (10 + 40)
        var (held, naive) = (0, 0)
        for _ in 0..<1_000 {
            var moments = Moments()
            var (clicks, impressions) = (0, 0)
            for _ in 0..<400 {
                let isKeen = Bool.random(using: &generator)
                let shown = (isKeen ? 30 : 5) + Int.random(in: 0...(isKeen ? 20 : 10), using: &generator)
                let clicked = generator.successes(of: shown, chance: isKeen ? 0.35 : 0.05)
                moments.add(outcome: Double(clicked), denominator: Double(shown))
                clicks += clicked
                impressions += shown
            }
            let arm = try #require(ArmEstimate(of: moments))
            #expect(abs(arm.value - Double(clicks) / Double(impressions)) < 1e-12)
            held += abs(arm.value - truth) <= 1.96 * arm.variance.squareRoot() ? 1 : 0
            let trialVariance = arm.value * (1 - arm.value) / Double(impressions)
            naive += abs(arm.value - truth) <= 1.96 * trialVariance.squareRoot() ? 1 : 0
        }
        print("Delta method: \(held) of 1,000 intervals hold the truth; \(naive) of those by impressions.")
        #expect(held >= 930 && held <= 970)
        #expect(naive < 900)
    }

    @Test("of a plain mean is the mean and its standard error squared")
    func mean() throws {
        var moments = Moments()
        for outcome in [1.0, 2, 3, 6] { moments.add(outcome: outcome) }
        let arm = try #require(ArmEstimate(of: moments))
        #expect(arm.value == 3)
        #expect(abs(arm.variance - 14.0 / 3 / 4) < 1e-12)
        #expect(arm.varianceReduction == 0)
    }

    @Test("is none of one unit, and of a denominator that is zero")
    func none() {
        var moments = Moments()
        moments.add(outcome: 1)
        #expect(ArmEstimate(of: moments) == nil)
        var empty = Moments()
        empty.add(outcome: 1, denominator: 0)
        empty.add(outcome: 2, denominator: 0)
        #expect(ArmEstimate(of: empty) == nil)
    }

    /// SciPy: `stats.ttest_ind([1, 2, 3, 6], [2, 2.5, 9], equal_var=False)`.
    @Test("differs from another's by Welch's interval")
    func welch() throws {
        var (control, treatment) = (Moments(), Moments())
        for outcome in [1.0, 2, 3, 6] { control.add(outcome: outcome) }
        for outcome in [2, 2.5, 9] { treatment.add(outcome: outcome) }
        let difference = ArmDifference(
            treatment: try #require(ArmEstimate(of: treatment)), control: try #require(ArmEstimate(of: control)),
            sequence: ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 100))
        #expect(difference.difference == 1.5)
        #expect(abs(difference.fixedHorizonP - 0.591_855_424_092) < 1e-9)
        #expect(abs(difference.fixedHorizon.lower + 6.579_544_265_204) < 1e-9)
        #expect(abs(difference.fixedHorizon.upper - 9.579_544_265_204) < 1e-9)
        #expect(difference.alwaysValid == .everything)
    }

    @Test("over control's has Fieller's interval, in which the ratio's contrast is within reach")
    func lift() throws {
        var generator = SeededGenerator(seed: 32)
        let control = SimulatedArm.normal(units: 4_000, mean: 2, using: &generator)
        let treatment = SimulatedArm.normal(units: 4_000, mean: 2.4, using: &generator)
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 8_000)
        let own = try #require(ArmEstimate(of: treatment))
        let other = try #require(ArmEstimate(of: control))
        let lift = ArmDifference(treatment: own, control: other, sequence: sequence).alwaysValidLift
        for end in [lift.lower + 1, lift.upper + 1] {
            let contrast = own.value - end * other.value
            let error = (own.variance + end * end * other.variance).squareRoot()
            #expect(abs(abs(contrast) / error - sequence.standardErrors(units: 8_000)) < 1e-9)
        }
        #expect(lift.contains(0.2) && !lift.contains(0))
    }
}
