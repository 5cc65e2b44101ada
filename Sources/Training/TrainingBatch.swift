import VectorKernels

/// The rows of one step: some users, what they did before, what they should be recommended, and the items to tell it from.
package struct TrainingBatch: Sendable {
    /// User of each row.
    package var users: [Int32] = []
    /// Distinct items of the rows' histories, ascending rows of the vocabulary.
    package var readItems: [Int32] = []
    /// Where each history begins, and one past the last: that of each row, or, where order carries meaning, a stretch of items
    /// with a row for each.
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

    /// Adds up rows of the histories' items: one for each of ``readItems``.
    ///
    /// - Parameters:
    ///   - rows: Row-major: ``history`` × dimensions.
    ///   - dimensions: Row length.
    /// - Returns: Row-major: ``readItems`` × dimensions.
    func sums(of rows: [Float], dimensions: Int) -> [Float] {
        var sums = [Float](repeating: 0, count: readItems.count * dimensions)
        var span = sums.mutableSpan
        for (row, item) in history.enumerated() {
            var sum = span._mutatingExtracting(Int(item) * dimensions..<(Int(item) + 1) * dimensions)
            FloatRows.add(rows.span.extracting(row * dimensions..<(row + 1) * dimensions), times: 1, to: &sum)
        }
        return sums
    }
}
