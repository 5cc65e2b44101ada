/// How often each item was met in training: what popularity bias is measured against.
public struct CataloguePopularity: Hashable, Sendable {
    /// Users who met the item in training, one number an item.
    public let counts: [Int]

    /// Counts histories.
    ///
    /// - Parameters:
    ///   - histories: For each user, the rows of the items met in training, none twice.
    ///   - catalogue: Items that can be recommended; rows are below it.
    public init(histories: some Sequence<some Sequence<Int32>>, catalogue: Int) {
        var counts = [Int](repeating: 0, count: catalogue)
        for history in histories { for item in history { counts[Int(item)] += 1 } }
        self.counts = counts
    }

    /// Mean popularity of some items; 0 for none.
    public func mean(of items: some Collection<Int32>) -> Double {
        items.isEmpty ? 0 : Double(items.reduce(0) { $0 + counts[Int($1)] }) / Double(items.count)
    }
}
