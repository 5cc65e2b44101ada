import Towers

/// How popular items of a category are: what is known of a new item's popularity.
struct CategoryPopularity {
    private var sums: [String: (interactions: Double, items: Double)] = [:]
    private let mean: Double

    /// Counts the interactions of each category's items.
    ///
    /// - Parameters:
    ///   - data: What users did.
    ///   - isKnown: Whether the item at an index is not new.
    init(_ data: TrainingData, isKnown: (Int) -> Bool) {
        var counts = [Double](repeating: 0, count: data.items.count)
        for item in data.itemIndices { counts[Int(item)] += 1 }
        let known = data.items.indices.filter(isKnown)
        for item in known {
            for category in data.items[item].categories {
                let sum = sums[category, default: (0, 0)]
                sums[category] = (sum.interactions + counts[item], sum.items + 1)
            }
        }
        mean = known.reduce(0) { $0 + counts[$1] } / Double(max(known.count, 1))
    }

    /// Mean over an item's categories of the interactions that an item of the category has; that of all items where it has none
    /// that is known.
    func score(of item: ItemContent) -> Double {
        let means = item.categories.compactMap { sums[$0] }.map { $0.interactions / $0.items }
        return means.isEmpty ? mean : means.reduce(0, +) / Double(means.count)
    }
}
