import Domain
import Retrieval

/// Rows of a snapshot by how often users chose them: the answer when there is no query.
struct PopularItems: Sendable {
    /// Row and its share of all interactions, most popular first, equal ones by row.
    private let ranked: [Candidate]

    init(interactions: [Int]) {
        let total = Float(max(1, interactions.reduce(0, +)))
        ranked = interactions.enumerated()
            .map { Candidate(row: $0.offset, score: Float($0.element) / total) }
            .sorted(by: Candidate.ranksBefore)
    }

    /// The most popular rows that the mask allows.
    ///
    /// - Returns: At most `count` candidates, best first.
    /// - Complexity: O(rows looked at); the budget pays for each.
    func candidates(count: Int, mask: RowMask, model: CostModel, paying meter: inout CostMeter) -> [Candidate] {
        var found: [Candidate] = []
        for candidate in ranked where found.count < count {
            guard meter.buy(1, each: model.filteredRow, for: .filter) == 1 else { break }
            if mask.contains(candidate.row) { found.append(candidate) }
        }
        return found
    }
}
