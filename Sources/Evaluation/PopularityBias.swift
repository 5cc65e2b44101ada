/// How far ranked lists lean on what is popular anyway.
public struct PopularityBias: Hashable, Sendable {
    /// Average recommendation popularity: users who met a recommended item in training, mean over each list, then over users.
    ///
    /// Yin et al., "Challenging the Long Tail Recommendation", VLDB 2012 (arXiv:1205.6700). A user who is shown nothing counts
    /// 0.
    public let average: Double
    /// How much more popular the recommendations are than what the same users did in training: 0 is as popular, 1 is twice
    /// as popular.
    ///
    /// ΔGAP of Abdollahpouri et al., "The Unfairness of Popularity Bias in Recommendation", 2019 (arXiv:1907.13286), with all
    /// users as the one group.
    public let lift: Double
    /// Gini index of exposure: how unevenly the places in the lists are shared out among the catalogue's items, from 0, all
    /// alike, to almost 1, one item has them all.
    ///
    /// Fleder and Hosanagar, "Blockbuster Culture's Next Rise or Fall", Management Science 55(5), 2009.
    public let exposureGini: Double

    /// Measures the lists.
    ///
    /// - Parameters:
    ///   - lists: Mean popularity of each user's list.
    ///   - histories: Mean popularity of each user's training items, in the same order.
    ///   - exposure: Places that each item of the catalogue has in all lists.
    init(lists: [Double], histories: [Double], exposure: [Int]) {
        average = lists.isEmpty ? 0 : lists.reduce(0, +) / Double(lists.count)
        lift = Self.lift(lists.reduce(0, +), histories.reduce(0, +))
        exposureGini = Self.gini(exposure)
    }

    /// How much more the lists have than the histories; 0 where the histories have none.
    static func lift(_ lists: Double, _ histories: Double) -> Double { histories > 0 ? lists / histories - 1 : 0 }

    /// Gini index of counts; 0 where there are none.
    private static func gini(_ counts: [Int]) -> Double {
        let (sum, count) = (counts.reduce(0, +), counts.count)
        guard sum > 0 else { return 0 }
        let ranked = zip(1..., counts.sorted()).reduce(0) { $0 + (2 * $1.0 - count - 1) * $1.1 }
        return Double(ranked) / (Double(count) * Double(sum))
    }
}
