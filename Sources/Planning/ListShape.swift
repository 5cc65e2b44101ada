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

    /// Lists that are looked for at most, to find the best of a number: more than those, since some may have no row of the
    /// mask, and when a filter leaves few rows none is looked for that is not scored.
    func kept(probes: Int, isFiltered: Bool) -> Int {
        let scored = scored(probes, isFiltered)
        return isFiltered ? scored : min(scored, 2 * probes + 32)
    }

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
