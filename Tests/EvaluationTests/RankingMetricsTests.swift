import Evaluation
import Testing

@Suite("The metrics of a ranked list")
struct RankingMetricsTests {
    /// Ten items, wanted ones at ranks 2, 5 and 9; one wanted item is not in the list.
    private let ranking = ["a", "W", "b", "c", "X", "d", "e", "f", "Y", "g"]
    private let relevant: Set = ["W", "X", "Y", "Z"]

    @Test(
        "agree with numbers worked out by hand",
        arguments: [
            // One hit of four wanted: gain 1/log2(3) = 0.63093; ideal of two: 1 + 0.63093 = 1.63093.
            (k: 2, recall: 0.25, ndcg: 0.386853, reciprocalRank: 0.5, hit: 1.0),
            // Hits at 2 and 5: 0.63093 + 1/log2(6) = 0.38685 → 1.01778; ideal of four: 2.56161.
            (k: 5, recall: 0.5, ndcg: 0.397322, reciprocalRank: 0.5, hit: 1.0),
            // And at 9: + 1/log2(10) = 0.30103 → 1.31881; ideal of four: 2.56161.
            (k: 10, recall: 0.75, ndcg: 0.514838, reciprocalRank: 0.5, hit: 1.0),
            (k: 1, recall: 0, ndcg: 0, reciprocalRank: 0, hit: 0),
        ]
    )
    func workedExample(k: Int, recall: Double, ndcg: Double, reciprocalRank: Double, hit: Double) throws {
        let metrics = try #require(RankingMetrics(ranking: ranking, relevant: relevant, k: k))
        #expect(metrics.recall == recall)
        #expect(abs(metrics.ndcg - ndcg) < 1e-6)
        #expect(metrics.reciprocalRank == reciprocalRank)
        #expect(metrics.hit == hit)
    }

    @Test("are all one for a list that begins with everything wanted", arguments: 1...4)
    func perfect(wanted: Int) throws {
        let metrics = try #require(RankingMetrics(ranking: 0..<10, relevant: Set(0..<wanted), k: 5))
        #expect(metrics.recall == 1 && metrics.ndcg == 1 && metrics.reciprocalRank == 1)
    }

    @Test("do not exist where nothing was wanted")
    func nothingWanted() {
        #expect(RankingMetrics(ranking: ranking, relevant: [], k: 5) == nil)
    }

    @Test("reach a perfect nDCG with k wanted of more, though recall stays below one")
    func moreWantedThanK() throws {
        let metrics = try #require(RankingMetrics(ranking: 0..<10, relevant: Set(0..<8), k: 4))
        #expect(metrics.ndcg == 1)
        #expect(metrics.recall == 0.5)
    }
}

@Suite("The quality of many rankings")
struct RankingQualityTests {
    @Test("is the mean over the users who wanted something")
    func means() throws {
        let quality = try #require(
            RankingQuality(
                rankings: [[0, 1], [2, 3], [4, 5]], relevant: [[0], [], [7, 5]], k: 2, catalogue: 10))
        #expect(quality.users == 2)
        #expect(quality.recall == 0.75)
        #expect(quality.meanReciprocalRank == 0.75)
        #expect(quality.hitRate == 1)
        // Items 0, 1, 4 and 5 were shown to users who count.
        #expect(quality.coverage == 0.4)
    }

    @Test("does not exist where no user wanted anything")
    func nobody() {
        #expect(RankingQuality(rankings: [[1]], relevant: [[]], k: 1, catalogue: 2) == nil)
    }
}
