import Evaluation
import Testing

@Suite("Popularity bias")
struct PopularityBiasTests {
    /// Four users; item 0 is met by all of them, item 3 by one, items 4 and 5 by nobody.
    private static let histories: [[Int32]] = [[0, 1], [0, 1], [0, 2], [0, 3]]
    private static let popularity = CataloguePopularity(histories: histories, catalogue: 6)

    private func bias(_ rankings: [[Int32]], k: Int = 2) -> PopularityBias {
        let test = RankingTest(
            wanted: rankings.map { _ in [5] }, histories: Self.histories.prefix(rankings.count),
            popularity: Self.popularity)
        return JudgedRankings(rankings, test: test, k: k).popularity
    }

    @Test("agrees with numbers worked out by hand")
    func workedExample() {
        #expect(Self.popularity.counts == [4, 2, 1, 1, 0, 0])
        // Lists: (1 + 1) / 2 = 1, (1 + 0) / 2 = 0.5; histories of those users: (4 + 2) / 2 = 3 each.
        let bias = bias([[2, 3, 0], [3, 4, 0]])
        #expect(bias.average == 0.75)
        #expect(bias.lift == 0.25 - 1)
        // Places 0, 0, 0, 1, 1, 2: (1·1 + 3·1 + 5·2) / (6 · 4).
        #expect(abs(bias.exposureGini - 14.0 / 24) < 1e-12)
    }

    @Test("is none where users are shown what they did before, and every item as often as the others")
    func none() {
        #expect(bias([[0, 1], [0, 1], [0, 2], [0, 3]]).lift == 0)
        #expect(bias([[0, 1], [2, 3], [4, 5]]).exposureGini == 0)
    }

    @Test("is whole where one item has all places")
    func oneItem() {
        let bias = bias([[0], [0], [0], [0]], k: 1)
        #expect(bias.average == 4)
        #expect(abs(bias.exposureGini - 5.0 / 6) < 1e-12)
    }

    @Test("of users who are shown nothing is none")
    func nothingShown() {
        let bias = bias([[], []])
        #expect(bias.average == 0 && bias.lift == -1 && bias.exposureGini == 0)
    }
}
