public import Domain

/// What is done to ranked candidates before the answer is cut: some kinds of item weigh more or less, and no category fills
/// the list alone.
///
/// Kinds are facets: numbers that the caller gives to categories and attribute values.
public struct ListRules: Sendable {
    /// Most items of a category, 1 or more; `nil` for any number.
    private let mostOfCategory: Int?
    /// Above 0; less than 1 buries.
    private let factors: [Int: Double]

    /// Creates rules.
    ///
    /// - Parameters:
    ///   - mostOfCategory: Items of one category at most; `nil` for any number.
    ///   - factors: What an item's score is multiplied by for each facet that it has.
    public init(mostOfCategory: Int?, factors: [Int: Double]) {
        precondition(mostOfCategory.map { $0 > 0 } ?? true, "At most \(mostOfCategory ?? 0) of a category.")
        (self.mostOfCategory, self.factors) = (mostOfCategory, factors)
    }

    /// Orders candidates anew.
    ///
    /// A factor multiplies a score's distance from -1, the lowest cosine, so that it raises good and bad alike. Where a
    /// category's limit leaves too few, those that were left out come after all others, in their order: an answer is never
    /// shorter for its rules.
    ///
    /// - Parameters:
    ///   - candidates: Best first.
    ///   - count: Items wanted.
    ///   - facets: The facets of a row.
    ///   - isCategory: Whether a facet is a category.
    /// - Returns: `count` candidates, or all.
    /// - Complexity: O(candidates × (log candidates + facets of a row)).
    public func ordered(
        _ candidates: [Candidate], count: Int, facets: (Int) -> [Int], isCategory: (Int) -> Bool
    ) -> [Candidate] {
        var weighed = candidates
        if !factors.isEmpty {
            weighed = candidates.map { candidate in
                let factor = facets(candidate.row).reduce(1.0) { $0 * (factors[$1] ?? 1) }
                return Candidate(row: candidate.row, score: Float((Double(candidate.score) + 1) * factor - 1))
            }
            // Equal scores keep the order that they came in.
            weighed = weighed.enumerated().sorted {
                $0.element.score == $1.element.score ? $0.offset < $1.offset : $0.element.score > $1.element.score
            }.map(\.element)
        }
        guard let mostOfCategory else { return Array(weighed.prefix(count)) }
        var (taken, left, counts) = ([Candidate](), [Candidate](), [Int: Int]())
        for candidate in weighed {
            guard taken.count < count else { break }
            let categories = facets(candidate.row).filter(isCategory)
            if categories.allSatisfy({ counts[$0, default: 0] < mostOfCategory }) {
                for category in categories { counts[category, default: 0] += 1 }
                taken.append(candidate)
            } else {
                left.append(candidate)
            }
        }
        return taken + left.prefix(count - taken.count)
    }
}
