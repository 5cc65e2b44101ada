import Training

/// The mean of what one system has more than another on the same users, with a percentile bootstrap interval over the users.
///
/// Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. Users are drawn, not systems, so that what makes
/// a user easy for both does not widen the interval.
struct PairedDifference: Hashable, Sendable {
    let mean: Double
    /// 95 % of the resampled means lie within it.
    let interval: ClosedRange<Double>

    /// Resamples the users.
    ///
    /// - Parameters:
    ///   - new: A figure for each user; one at least.
    ///   - old: The other system's, in the same order.
    ///   - resamples: Draws of as many users as there are.
    ///   - seed: The same draws for the same seed.
    init(of new: [Double], over old: [Double], resamples: Int = 1_000, seed: UInt64) {
        precondition(new.count == old.count && !new.isEmpty, "\(new.count) and \(old.count) figures make no pairs.")
        let differences = zip(new, old).map { $0 - $1 }
        mean = differences.reduce(0, +) / Double(differences.count)
        var generator = SeededGenerator(seed: seed)
        let means = (0..<resamples).map { _ in
            var sum = 0.0
            for _ in differences.indices { sum += differences[generator.index(below: differences.count)] }
            return sum / Double(differences.count)
        }.sorted()
        let outside = resamples / 40
        interval = means[outside]...means[resamples - 1 - outside]
    }
}
