/// Ranked lists of many users, judged: each by itself, their means, and their bias.
public struct JudgedRankings: Hashable, Sendable {
    /// One for each user, in the users' order.
    public let metrics: [RankingMetrics]
    public let quality: RankingQuality
    public let popularity: PopularityBias
    /// Mean popularity of each user's first k.
    let listPopularity: [Double]

    /// Judges lists.
    ///
    /// - Parameters:
    ///   - rankings: For each user, rows of items, best first.
    ///   - test: What the users wanted.
    ///   - k: Items of each ranking that count; 1 or more.
    public init(_ rankings: [[Int32]], test: RankingTest, k: Int) {
        precondition(rankings.count == test.wanted.count, "\(rankings.count) rankings, \(test.wanted.count) users.")
        var exposure = [Int](repeating: 0, count: test.popularity.counts.count)
        for ranking in rankings { for item in ranking.prefix(k) { exposure[Int(item)] += 1 } }
        metrics = zip(rankings, test.wanted).compactMap { RankingMetrics(ranking: $0, relevant: $1, k: k) }
        listPopularity = rankings.map { test.popularity.mean(of: $0.prefix(k)) }
        let shown = exposure.count { $0 > 0 }
        guard let quality = RankingQuality(metrics, k: k, shown: shown, catalogue: exposure.count) else {
            preconditionFailure("A test of no user.")
        }
        self.quality = quality
        popularity = PopularityBias(lists: listPopularity, histories: test.historyPopularity, exposure: exposure)
    }
}
