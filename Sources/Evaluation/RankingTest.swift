/// What rankings are judged against: what users wanted, and what was popular before.
public struct RankingTest: Sendable {
    /// Rows of the items that each user wanted; none is empty.
    public let wanted: [Set<Int32>]
    /// How often items were met in training.
    public let popularity: CataloguePopularity
    /// Mean popularity of each user's training items.
    let historyPopularity: [Double]

    /// Takes the test of one user or more.
    ///
    /// - Parameters:
    ///   - wanted: For each user, the rows of the items wanted; one or more.
    ///   - histories: For each user, the rows of the items met in training.
    ///   - popularity: How often all users met each item in training.
    public init(wanted: [Set<Int32>], histories: some Sequence<some Collection<Int32>>, popularity: CataloguePopularity)
    {
        precondition(!wanted.isEmpty && wanted.allSatisfy { !$0.isEmpty }, "A user of a test wants nothing.")
        self.wanted = wanted
        self.popularity = popularity
        historyPopularity = histories.map(popularity.mean(of:))
        precondition(historyPopularity.count == wanted.count, "\(historyPopularity.count) histories.")
    }
}
