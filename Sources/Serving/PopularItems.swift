import Domain

/// Items by how often users chose them: the answer when there is no query.
struct PopularItems: Sendable {
    /// Most popular first, equal ones by number; the share is that of all interactions.
    private var ranked: [(number: ItemNumber, share: Float)]

    init(_ items: [ServedItem]) {
        let total = Float(max(1, items.reduce(0) { $0 + $1.interactions }))
        ranked =
            items
            .sorted { ($1.interactions, $0.number) < ($0.interactions, $1.number) }
            .map { ($0.number, Float($0.interactions) / total) }
    }

    /// Adds an item that nobody has chosen yet.
    mutating func append(_ number: ItemNumber) {
        ranked.append((number, 0))
    }

    /// The most popular items that are allowed.
    ///
    /// - Returns: At most `count` candidates, best first.
    /// - Complexity: O(items looked at); the budget pays for each.
    func candidates(
        count: Int, items: ServedItems, isAllowed: (_ row: Int) -> Bool, model: CostModel,
        paying meter: inout CostMeter
    ) -> [Candidate] {
        var found: [Candidate] = []
        for item in ranked where found.count < count {
            guard meter.buy(1, each: model.filteredRow, for: .filter) == 1 else { break }
            guard let row = items.row(of: item.number), isAllowed(row) else { continue }
            found.append(Candidate(row: row, score: item.share))
        }
        return found
    }
}
