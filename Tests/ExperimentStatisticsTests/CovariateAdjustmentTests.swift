import ExperimentStatistics
import TestSupport
import Testing

@Suite("An adjustment by a covariate")
struct CovariateAdjustmentTests {
    /// Units whose outcome and covariate have a correlation of 0.7.
    private func arm(
        units: Int, effect: Double, using generator: inout some RandomNumberGenerator
    ) -> Moments {
        var moments = Moments()
        for _ in 0..<units {
            let before = generator.normal()
            let outcome = 10 + effect + 3 * (0.7 * before + 0.51.squareRoot() * generator.normal())
            moments.add(outcome: outcome, covariate: 5 + 2 * before)
        }
        return moments
    }

    @Test("cuts the variance by 45 % and more at a correlation of 0.7, without a bias, in both intervals")
    func cut() throws {
        var generator = SeededGenerator(seed: 21)
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 400)
        let worlds = 1_000
        var (sum, squares, plainSquares, reported) = (0.0, 0.0, 0.0, 0.0)
        var (held, alwaysHeld) = (0, 0)
        for _ in 0..<worlds {
            let control = arm(units: 200, effect: 0, using: &generator)
            let treatment = arm(units: 200, effect: 0.5, using: &generator)
            let adjustment = try #require(CovariateAdjustment(pooling: [control, treatment]))
            let adjusted = ArmDifference(
                treatment: try #require(ArmEstimate(of: treatment, adjustedBy: adjustment)),
                control: try #require(ArmEstimate(of: control, adjustedBy: adjustment)), sequence: sequence)
            let plain = ArmDifference(
                treatment: try #require(ArmEstimate(of: treatment)), control: try #require(ArmEstimate(of: control)),
                sequence: sequence)
            sum += adjusted.difference - 0.5
            squares += (adjusted.difference - 0.5) * (adjusted.difference - 0.5)
            plainSquares += (plain.difference - 0.5) * (plain.difference - 0.5)
            reported += adjusted.treatment.varianceReduction / Double(worlds)
            held += adjusted.fixedHorizon.contains(0.5) ? 1 : 0
            alwaysHeld += adjusted.alwaysValid.contains(0.5) ? 1 : 0
            #expect(adjusted.fixedHorizon.width < plain.fixedHorizon.width)
            #expect(adjusted.alwaysValid.width < plain.alwaysValid.width)
        }
        let cut = 1 - squares / plainSquares
        let bias = sum / Double(worlds)
        let standardError = squares.squareRoot() / Double(worlds)
        print("CUPED at ρ = 0.7: variance cut \(cut), reported \(reported), bias \(bias) ± \(standardError).")
        #expect(cut >= 0.45)
        #expect(abs(reported - 0.49) < 0.02)
        #expect(abs(bias) < 3 * standardError)
        #expect(held >= 930 && held <= 970)
        #expect(alwaysHeld >= 990)
    }

    /// Impressions differ by user, and the click rate before the experiment tells of that during it.
    @Test("sharpens a ratio of sums through its linear part, and its interval holds the truth")
    func ratio() throws {
        var generator = SeededGenerator(seed: 22)
        let sequence = ConfidenceSequence(falsePositiveRate: 0.05, plannedUnits: 600)
        var (held, cut) = (0, 0.0)
        for _ in 0..<500 {
            let arms = (0..<2).map { _ in
                var moments = Moments()
                for _ in 0..<300 {
                    let taste = 0.05 + 0.25 * generator.uniform()
                    let impressions = 20 + Int.random(in: 0..<40, using: &generator)
                    let before = Double(generator.successes(of: 60, chance: taste)) / 60
                    let clicks = generator.successes(of: impressions, chance: taste)
                    moments.add(outcome: Double(clicks), denominator: Double(impressions), covariate: before)
                }
                return moments
            }
            let adjustment = CovariateAdjustment(pooling: arms)
            let control = try #require(ArmEstimate(of: arms[0], adjustedBy: adjustment))
            let treatment = try #require(ArmEstimate(of: arms[1], adjustedBy: adjustment))
            cut += treatment.varianceReduction / 500
            let difference = ArmDifference(treatment: treatment, control: control, sequence: sequence)
            held += difference.fixedHorizon.contains(0) ? 1 : 0
        }
        #expect(cut > 0.35)
        #expect(held >= 465 && held <= 487, "\(held) of 500")
    }

    @Test("is none without a spread, and changes nothing where the covariate says nothing")
    func nothingToSay() throws {
        var moments = Moments()
        for outcome in [1.0, 2, 3] { moments.add(outcome: outcome) }
        #expect(CovariateAdjustment(pooling: [moments, moments]) == nil)
        #expect(CovariateAdjustment(pooling: []) == nil)
        var unrelated = Moments()
        for (outcome, covariate) in [(1.0, 1.0), (1, -1), (3, 1), (3, -1)] {
            unrelated.add(outcome: outcome, covariate: covariate)
        }
        let adjustment = try #require(CovariateAdjustment(pooling: [unrelated, unrelated]))
        let adjusted = try #require(ArmEstimate(of: unrelated, adjustedBy: adjustment))
        let plain = try #require(ArmEstimate(of: unrelated))
        #expect(abs(adjustment.slope) < 1e-15)
        #expect(abs(adjusted.value - plain.value) < 1e-15 && abs(adjusted.variance - plain.variance) < 1e-15)
    }
}
