/// How much better one model does than another for the same users, and whether that could be chance.
///
/// Users differ from each other far more than two models do for one user. Comparing user by user takes the users' spread out
/// of the comparison: Sakai, "Evaluating Evaluation Metrics Based on the Bootstrap", SIGIR 2006.
public struct PairedBootstrap: Hashable, Sendable {
    /// Mean of the candidate's figures less that of the baseline's; above 0 the candidate does better.
    public let difference: Double
    /// Where the difference would lie had other users been drawn.
    public let interval: ConfidenceInterval
    /// Share of resamples in which the candidate does not do better; small where it is better beyond chance.
    ///
    /// One is added to the resamples and to those counted, so that it is never 0.
    public let chanceOfNoGain: Double

    /// Compares two models.
    ///
    /// - Parameters:
    ///   - candidate: A figure of each user under one model, such as ``RankingMetrics/recall``; one user or more.
    ///   - baseline: The same users' under the other, in the same order.
    ///   - resamples: Draws of as many users as there are; 1 or more.
    ///   - level: Share of such intervals that hold the true difference.
    ///   - generator: The same generator gives the same numbers.
    public init(
        candidate: [Double], baseline: [Double], resamples: Int = BootstrapMeans.standardResamples,
        level: Double = ConfidenceInterval.standardLevel, using generator: inout some RandomNumberGenerator
    ) {
        precondition(candidate.count == baseline.count, "\(candidate.count) users against \(baseline.count).")
        let differences = zip(candidate, baseline).map { $0 - $1 }
        let means = BootstrapMeans(of: [differences], resamples: resamples, using: &generator)
        let resampled = means.figures { $0[$0.startIndex] }
        difference = differences.reduce(0, +) / Double(differences.count)
        interval = ConfidenceInterval(of: resampled, level: level)
        chanceOfNoGain = Double(resampled.count { $0 <= 0 } + 1) / Double(resamples + 1)
    }
}
