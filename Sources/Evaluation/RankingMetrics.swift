#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How good one user's ranked list is, given what the user turned out to want.
///
/// The definitions are those of LightGCN's protocol (He et al., arXiv:2002.02126): gains are 0 or 1, recall divides by all
/// wanted items, also where they are more than k. All numbers are from 0 to 1; higher is better.
public struct RankingMetrics: Hashable, Sendable {
    /// Share of the wanted items among the first k.
    public let recall: Double
    /// Discounted gain of the first k, divided by that of the best list: all wanted items first, k at most.
    public let ndcg: Double
    /// One over the rank of the first wanted item among the first k; 0 when there is none.
    public let reciprocalRank: Double
    /// Whether a wanted item is among the first k, as 1 or 0.
    public let hit: Double

    /// Judges a list; `nil` when nothing was wanted: such a user says nothing of the ranking.
    ///
    /// - Parameters:
    ///   - ranking: Items, best first; none twice.
    ///   - relevant: Items that the user wanted.
    ///   - k: Items of the ranking that count; 1 or more.
    public init?<Item: Hashable>(ranking: some Sequence<Item>, relevant: Set<Item>, k: Int) {
        precondition(k > 0, "No metric at k = \(k).")
        guard !relevant.isEmpty else { return nil }
        let ranks = zip(1...k, ranking).filter { relevant.contains($1) }.map(\.0)
        let gain = ranks.reduce(0) { $0 + Self.discount(rank: $1) }
        let ideal = (1...min(k, relevant.count)).reduce(0) { $0 + Self.discount(rank: $1) }
        recall = Double(ranks.count) / Double(relevant.count)
        ndcg = gain / ideal
        reciprocalRank = ranks.first.map { 1 / Double($0) } ?? 0
        hit = ranks.isEmpty ? 0 : 1
    }

    /// What a wanted item at a rank is worth: one over the binary logarithm of the rank plus one.
    private static func discount(rank: Int) -> Double { 1 / log2(Double(rank + 1)) }
}
