public import Domain

/// A plan before it meets a generation: wishes that a ladder turns into rungs.
public struct PlanTemplate: Hashable, Sendable {
    /// The scan reads the shortest rung of at least this many dimensions, as far as an index keeps it.
    public let scanAtLeast: Int
    /// Candidates reranked by the full vectors; 0 answers in prefix order.
    public let shortlist: Int

    public init(scanAtLeast: Int, shortlist: Int) {
        self.scanAtLeast = scanAtLeast
        self.shortlist = shortlist
    }

    /// The plans that ship with Linden, cheapest first.
    public static let shipped: [PlanTemplate] = [
        PlanTemplate(scanAtLeast: 16, shortlist: 0),
        PlanTemplate(scanAtLeast: 32, shortlist: 0),
        PlanTemplate(scanAtLeast: 32, shortlist: 50),
        PlanTemplate(scanAtLeast: 64, shortlist: 200),
        PlanTemplate(scanAtLeast: 64, shortlist: 1_000),
    ]

    /// The plan for one ladder and one number of items wanted: a shortlist, if there is one, is at least twice as long
    /// as the answer.
    public func plan(on ladder: PrefixLadder, count: Int) -> ServingPlan {
        let longEnough = shortlist == 0 ? 0 : max(shortlist, 2 * count)
        return ServingPlan(scanAtLeast: scanAtLeast, shortlist: longEnough, ladder: ladder)
    }
}
