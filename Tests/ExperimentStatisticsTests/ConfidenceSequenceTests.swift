import ExperimentStatistics
import TestSupport
import Testing

@Suite("A confidence sequence")
struct ConfidenceSequenceTests {
    /// What 28 daily looks at arms without a difference find.
    private struct FalsePositives {
        var alwaysValid = 0
        var alwaysValidP = 0
        var fixedHorizon = 0

        mutating func watch(days: Int, sequence: ConfidenceSequence, arms: (Int) -> (Moments, Moments)) throws {
            var found = (sequence: false, p: false, fixed: false)
            for day in 1...days {
                let (control, treatment) = arms(day)
                guard let control = ArmEstimate(of: control), let treatment = ArmEstimate(of: treatment) else {
                    continue
                }
                let difference = ArmDifference(treatment: treatment, control: control, sequence: sequence)
                found.sequence = found.sequence || !difference.alwaysValid.contains(0)
                found.p = found.p || difference.alwaysValidP < sequence.falsePositiveRate
                found.fixed = found.fixed || !difference.fixedHorizon.contains(0)
            }
            alwaysValid += found.sequence ? 1 : 0
            alwaysValidP += found.p ? 1 : 0
            fixedHorizon += found.fixed ? 1 : 0
        }
    }

    /// Days are drawn by their sufficient statistics, which is exact for normal outcomes.
    @Test("is wrong in at most 5 % of 2,000 A/A tests looked at on 28 days; the fixed horizon in over 15 %")
    func dailyLooks() throws {
        var generator = SeededGenerator(seed: 5)
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 28_000)
        var found = FalsePositives()
        for _ in 0..<2_000 {
            var (control, treatment) = (Moments(), Moments())
            try found.watch(days: 28, sequence: sequence) { _ in
                control.merge(SimulatedArm.normal(units: 500, mean: 1, using: &generator))
                treatment.merge(SimulatedArm.normal(units: 500, mean: 1, using: &generator))
                return (control, treatment)
            }
        }
        print("A/A, 28 daily looks: sequence \(found.alwaysValid) of 2,000, fixed horizon \(found.fixedHorizon).")
        #expect(found.alwaysValid <= 100)
        #expect(found.alwaysValidP == found.alwaysValid)
        #expect(found.fixedHorizon > 300)
    }

    /// Each unit's outcome grows with its days, so the looks are not at new units; users differ and come on some days.
    @Test("holds where the same users come again day after day", arguments: [0.0, 1.0])
    func returningUsers(spreadOfUsers: Double) throws {
        var generator = SeededGenerator(seed: 6)
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 200, minimumUnits: 50)
        var found = FalsePositives()
        for _ in 0..<500 {
            let habits = (0..<200).map { _ in generator.normal() * spreadOfUsers }
            var sums = habits.map { _ in 0.0 }
            try found.watch(days: 28, sequence: sequence) { _ in
                var arms = (Moments(), Moments())
                for user in habits.indices {
                    sums[user] += habits[user] + generator.normal()
                    if user < 100 { arms.0.add(outcome: sums[user]) } else { arms.1.add(outcome: sums[user]) }
                }
                return arms
            }
        }
        print(
            "A/A, returning users (spread \(spreadOfUsers)): sequence \(found.alwaysValid) of 500, "
                + "fixed horizon \(found.fixedHorizon).")
        #expect(found.alwaysValid <= 25)
        #expect(found.fixedHorizon > 25)
    }

    /// A click of 2 %: few, skewed, from a hundred units on.
    @Test("holds for rare clicks from the first hundred units on")
    func rareClicks() throws {
        var generator = SeededGenerator(seed: 7)
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 5_600)
        var found = FalsePositives()
        for _ in 0..<2_000 {
            var ones = (0, 0)
            try found.watch(days: 28, sequence: sequence) { day in
                ones.0 += generator.successes(of: 100, chance: 0.02)
                ones.1 += generator.successes(of: 100, chance: 0.02)
                return (
                    SimulatedArm.binary(units: day * 100, ones: ones.0),
                    SimulatedArm.binary(units: day * 100, ones: ones.1)
                )
            }
        }
        print("A/A, clicks of 2 %: sequence \(found.alwaysValid) of 2,000, fixed horizon \(found.fixedHorizon).")
        #expect(found.alwaysValid <= 100)
    }

    @Test("is narrowest for its planned units", arguments: [500, 28_000, 1_000_000])
    func tuned(planned: Int) {
        let own = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: planned).standardErrors(units: planned)
        for other in [planned / 3, planned * 9 / 10, planned * 11 / 10, planned * 3] {
            let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: other)
            #expect(sequence.standardErrors(units: planned) > own)
        }
        #expect(abs(own - 3.03) < 0.01)
    }

    @Test("says nothing below its least units, and nothing of no spread before its planned units")
    func silence() throws {
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 1_000)
        func difference(units: Int, ones: Int) throws -> ArmDifference {
            let control = try #require(ArmEstimate(of: SimulatedArm.binary(units: units, ones: 0)))
            let treatment = try #require(ArmEstimate(of: SimulatedArm.binary(units: units, ones: ones)))
            return ArmDifference(treatment: treatment, control: control, sequence: sequence)
        }
        #expect(try difference(units: 99, ones: 50).alwaysValid == .everything)
        #expect(try difference(units: 99, ones: 50).alwaysValidP == 1)
        #expect(try difference(units: 499, ones: 50).alwaysValid == .everything)
        #expect(try !difference(units: 500, ones: 50).alwaysValid.contains(0))
        #expect(try difference(units: 500, ones: 500).alwaysValid == Interval(lower: 1, upper: 1))
        #expect(try difference(units: 500, ones: 500).alwaysValidP == 0)
        #expect(try difference(units: 500, ones: 0).alwaysValidP == 1)
    }

    /// At the units it asks for, four of five experiments find the effect, at that look if not before.
    @Test("asks for as many units as find the effect four times in five")
    func unitsNeeded() throws {
        var generator = SeededGenerator(seed: 8)
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 10_000)
        // Two halves of variance 1: the difference has a variance of 4 / units.
        let needed = sequence.unitsNeeded(effect: 0.1, unitVariance: 4)
        let found = try (0..<2_000).count { _ in
            let control = SimulatedArm.normal(units: needed / 2, mean: 0, using: &generator)
            let treatment = SimulatedArm.normal(units: needed / 2, mean: 0.1, using: &generator)
            let difference = ArmDifference(
                treatment: try #require(ArmEstimate(of: treatment)), control: try #require(ArmEstimate(of: control)),
                sequence: sequence)
            return difference.alwaysValid.lower > 0
        }
        #expect((1_550...1_650).contains(found), "\(found) of 2,000 at \(needed) units")
    }
}
