/// The lists of an index, as far as the price of probing some of them depends on them.
public struct ListShape: Sendable {
    /// Number of lists.
    public let count: Int
    /// Rows that are read for the longest at most.
    public let longest: Int
    /// Rows that are in no list yet; each scan reads them all.
    public let tailRows: Int
    /// Length of the lists' centres, in dimensions.
    public let dimensions: Int
    /// Centres that are scored to find the best of a number of lists.
    let scored: @Sendable (_ probes: Int, _ isFiltered: Bool) -> Int

    /// Rows that are read at most when some lists are probed.
    public func rows(probes: Int) -> Int { probes * longest + tailRows }

    /// Describes lists.
    ///
    /// - Parameters:
    ///   - count: Number of lists, one at least.
    ///   - longest: Rows that are read for the longest at most.
    ///   - tailRows: Rows that are in no list yet.
    ///   - dimensions: Length of the lists' centres.
    ///   - scored: Centres that are scored to find the best of a number of lists; more, when rows are filtered.
    public init(
        count: Int, longest: Int, tailRows: Int, dimensions: Int,
        scored: @escaping @Sendable (_ probes: Int, _ isFiltered: Bool) -> Int
    ) {
        self.count = count
        self.longest = longest
        self.tailRows = tailRows
        self.dimensions = dimensions
        self.scored = scored
    }
}
