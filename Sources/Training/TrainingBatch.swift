/// The rows of one step: some users, what they did before, what they should be recommended, and the items to tell it from.
package struct TrainingBatch: Sendable {
    /// User of each row.
    package var users: [Int32] = []
    /// Distinct items of the rows' histories, ascending rows of the vocabulary.
    package var readItems: [Int32] = []
    /// Where each row's history begins, and one past the last.
    package var historyOffsets: [Int] = [0]
    /// Positions in ``readItems``; oldest first.
    package var history: [Int32] = []
    /// Items to rank, ascending rows of the vocabulary.
    package var candidates: [Int32] = []
    /// What is added to each candidate's logit: minus the logarithm of the chance that the step has it.
    package var correction: [Float] = []
    /// Where each row's targets begin, and one past the last.
    package var targetOffsets: [Int] = [0]
    /// Positions in ``candidates``.
    package var targets: [Int32] = []
    /// Share of each target in its row's targets; a row's shares add up to 1.
    package var targetShares: [Float] = []
    /// Weight of each row's loss.
    package var rowWeights: [Float] = []
    /// Where each row's hidden candidates begin, and one past the last.
    package var hiddenOffsets: [Int] = [0]
    /// Positions in ``candidates`` that a row is not told from: the user's own items that are not its targets.
    package var hidden: [Int32] = []

    package init() {}

    /// Number of rows.
    package var count: Int { users.count }
}
