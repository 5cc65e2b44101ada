import ExperimentStatistics
import TestSupport
import Testing

@Suite("An interleaving's score")
struct InterleavingScoreTests {
    private static let noise = 0.1
    /// What the worse ranker gets wrong besides.
    private static let more = (control: 0.15, treatment: 0.0)

    private func interleave(
        requests: Int, more: (control: Double, treatment: Double), using generator: inout some RandomNumberGenerator
    ) -> InterleavingScore {
        var score = InterleavingScore()
        for _ in 0..<requests {
            let attraction = ClickModel.attraction(using: &generator)
            let lists = ClickModel.rankings(of: attraction, noise: Self.noise, more: more, using: &generator)
            let draft = TeamDraft(control: lists.control, treatment: lists.treatment, count: 10, using: &generator)
            let clicked = ClickModel.clicks(
                on: draft.positions.map(\.item), attraction: attraction, using: &generator)
            let credit = draft.credit(clicked: clicked)
            score.add(controlClicks: credit.control, treatmentClicks: credit.treatment)
        }
        return score
    }

    /// Clicks of each ranker's own lists, by request.
    private func clicks(requests: Int, using generator: inout some RandomNumberGenerator) -> (Moments, Moments) {
        var (control, treatment) = (Moments(), Moments())
        for _ in 0..<requests {
            let attraction = ClickModel.attraction(using: &generator)
            let lists = ClickModel.rankings(of: attraction, noise: Self.noise, more: Self.more, using: &generator)
            for (list, isControl) in [(lists.control, true), (lists.treatment, false)] {
                let clicked = Double(
                    ClickModel.clicks(on: list, attraction: attraction, using: &generator).count)
                if isControl { control.add(outcome: clicked) } else { treatment.add(outcome: clicked) }
            }
        }
        return (control, treatment)
    }

    /// Both are asked at one look, at p < 0.05.
    ///
    /// The A/B test's moments are those of a large sample, so that its power
    /// need not be drawn from millions of requests: with N requests the difference is normal, with their variance over N.
    @Test("finds the better ranker with a tenth of the A/B test's requests, at equal power")
    func sensitivity() throws {
        var generator = SeededGenerator(seed: 61)
        let requests = 600
        let found = (0..<60).count { _ in
            let score = interleave(requests: requests, more: Self.more, using: &generator)
            return score.fixedHorizonP < 0.05 && (score.preference ?? 0) > 0
        }
        let (control, treatment) = clicks(requests: 60_000, using: &generator)
        let effect = treatment.means.x - control.means.x
        let variance = (control.squares.x + treatment.squares.x) / 60_000
        // Two arms of half the requests each: the difference has 2 × variance ÷ requests.
        let error = (2 * variance / Double(10 * requests)).squareRoot()
        let power = NormalDistribution.upperTail(1.96 - effect / error)
        print(
            "Interleaving finds it in \(found) of 60 at \(requests) requests; A/B has a power of \(power) at ten times "
                + "as many; effect \(effect), variance \(variance / 2).")
        #expect(effect > 0)
        #expect(Double(found) / 60 >= 0.8)
        #expect(power <= Double(found) / 60)
    }

    @Test("finds nothing between rankers that are alike, at any look")
    func alike() {
        var generator = SeededGenerator(seed: 62)
        let wrong = (0..<200).count { _ in
            var score = InterleavingScore()
            return (0..<20).contains { _ in
                score.merge(interleave(requests: 15, more: (0.15, 0.15), using: &generator))
                return score.alwaysValidP < 0.05
            }
        }
        #expect(wrong <= 10)
    }

    /// SciPy: `stats.binomtest(65, 100).pvalue` is 0.003518.
    @Test("has the exact sign test's p")
    func signTest() {
        let score = InterleavingScore(treatmentWins: 35, controlWins: 65, ties: 50)
        #expect(abs(score.fixedHorizonP - 0.003_517_641_722_970_159) < 1e-12)
        #expect(score.preference == -0.1)
        #expect(InterleavingScore(treatmentWins: 10, controlWins: 10).fixedHorizonP == 1)
        #expect(InterleavingScore().fixedHorizonP == 1 && InterleavingScore().alwaysValidP == 1)
        #expect(InterleavingScore().preference == nil)
    }

    @Test("says who wins, and nothing while the votes do not tell")
    func sentence() {
        let clear = InterleavingScore(treatmentWins: 80, controlWins: 20, ties: 3).sentence()
        #expect(clear.hasPrefix("Treatment's lists are better: treatment wins 80 votes, control 20, 3 ties"))
        #expect(InterleavingScore(treatmentWins: 6, controlWins: 4).sentence().hasPrefix("No verdict:"))
        #expect(InterleavingScore(treatmentWins: 2, controlWins: 40).sentence().hasPrefix("Control's"))
    }
}
