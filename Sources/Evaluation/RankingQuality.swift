/// How good the ranked lists of many users are: means over the users who wanted something.
public struct RankingQuality: Hashable, Sendable {
    /// Items of each ranking that count.
    public let k: Int
    /// Users who wanted something.
    public let users: Int
    /// Mean recall@k.
    public let recall: Double
    /// Mean nDCG@k.
    public let ndcg: Double
    /// Mean reciprocal rank of the first wanted item among the first k.
    public let meanReciprocalRank: Double
    /// Share of users with a wanted item among the first k: HR@k.
    public let hitRate: Double
    /// Share of the catalogue that is among the first k of at least one user.
    public let coverage: Double

    /// Judges the lists of many users; `nil` when no user wanted anything.
    ///
    /// - Parameters:
    ///   - rankings: A list for each user: items, best first.
    ///   - relevant: What each user wanted, in the same order.
    ///   - k: Items of each ranking that count; 1 or more.
    ///   - catalogue: Items that could be recommended.
    public init?<Item: Hashable>(rankings: [[Item]], relevant: [Set<Item>], k: Int, catalogue: Int) {
        precondition(rankings.count == relevant.count, "\(rankings.count) rankings, \(relevant.count) users.")
        var metrics: [RankingMetrics] = []
        var shown: Set<Item> = []
        for (ranking, wanted) in zip(rankings, relevant) {
            guard let user = RankingMetrics(ranking: ranking, relevant: wanted, k: k) else { continue }
            metrics.append(user)
            shown.formUnion(ranking.prefix(k))
        }
        self.init(metrics, k: k, shown: shown.count, catalogue: catalogue)
    }

    /// Takes the means of users' metrics; `nil` when there are none.
    ///
    /// - Parameters:
    ///   - metrics: One for each user who wanted something.
    ///   - k: Items of each ranking that counted.
    ///   - shown: Different items that were among some user's first k.
    ///   - catalogue: Items that could be recommended.
    init?(_ metrics: [RankingMetrics], k: Int, shown: Int, catalogue: Int) {
        guard !metrics.isEmpty else { return nil }
        func mean(_ value: (RankingMetrics) -> Double) -> Double {
            metrics.reduce(0) { $0 + value($1) } / Double(metrics.count)
        }
        self.k = k
        users = metrics.count
        recall = mean(\.recall)
        ndcg = mean(\.ndcg)
        meanReciprocalRank = mean(\.reciprocalRank)
        hitRate = mean(\.hit)
        coverage = catalogue > 0 ? Double(shown) / Double(catalogue) : 0
    }
}
