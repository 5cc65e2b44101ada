import Domain

/// A way to answer that a budget pays for.
struct Offer {
    let curve: RecallCurve
    /// Candidates reranked at most.
    let depth: Int
    /// Estimated recall at which the rerank ends; `nil` for one that goes all the way.
    let target: Double?
    /// Mean recall, 0 to 1, no more than what is wanted.
    let recall: Double
    /// Mean cost.
    let expected: CostUnits
    /// The most it can cost, as far as was measured.
    let most: CostUnits

    /// What making the mask and finding candidates can cost, as far as was measured.
    let reserve: CostUnits

    /// Finds more, or as much for less.
    func isBetter(than other: Offer) -> Bool {
        // Differences of recall that no measurement tells apart are none.
        if abs(recall - other.recall) > 1e-4 { return recall > other.recall }
        return expected < other.expected
    }
}
