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
        var sums = (recall: 0.0, ndcg: 0.0, reciprocalRank: 0.0, hit: 0.0)
        var users = 0
        var shown: Set<Item> = []
        for (ranking, wanted) in zip(rankings, relevant) {
            guard let metrics = RankingMetrics(ranking: ranking, relevant: wanted, k: k) else { continue }
            users += 1
            sums.recall += metrics.recall
            sums.ndcg += metrics.ndcg
            sums.reciprocalRank += metrics.reciprocalRank
            sums.hit += metrics.hit
            shown.formUnion(ranking.prefix(k))
        }
        guard users > 0 else { return nil }
        self.k = k
        self.users = users
        recall = sums.recall / Double(users)
        ndcg = sums.ndcg / Double(users)
        meanReciprocalRank = sums.reciprocalRank / Double(users)
        hitRate = sums.hit / Double(users)
        coverage = catalogue > 0 ? Double(shown.count) / Double(catalogue) : 0
    }
}
