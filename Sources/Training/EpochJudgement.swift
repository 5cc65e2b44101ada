/// Decides which epoch's model is kept: by recall and nDCG on the held-out items, every rung alike.
///
/// Rates fall until the end of a training, so of epochs that chance may have ordered the later is the better: one that comes
/// within a hundredth of the best so far is taken. Without validation the last epoch is.
package struct EpochJudgement: Sendable {
    private static let tolerance = 0.01

    private var best = 0.0

    package init() {}

    /// Whether the epoch with these recalls is to be kept instead of those before it.
    package mutating func takes(_ recalls: [RungRecall]) -> Bool {
        let quality = recalls.reduce(0) { $0 + $1.recall + $1.ndcg }
        best = max(best, quality)
        return quality >= (1 - Self.tolerance) * best
    }
}
