/// Bootstrap intervals of the figures that are means over users.
///
/// Coverage and the Gini index have none: a resample repeats users, so it always shows fewer items than the users did.
public struct QualityIntervals: Hashable, Sendable {
    public let recall: ConfidenceInterval
    public let ndcg: ConfidenceInterval
    public let meanReciprocalRank: ConfidenceInterval
    public let hitRate: ConfidenceInterval
    public let popularity: ConfidenceInterval
    public let popularityLift: ConfidenceInterval

    /// Draws users once for all the rungs of a model.
    ///
    /// - Parameters:
    ///   - rungs: Lists of the same users, judged against the same test.
    ///   - test: What they were judged against.
    ///   - resamples: Draws; 1 or more.
    ///   - generator: The same generator gives the same intervals.
    /// - Returns: Intervals of each rung.
    public static func intervals(
        of rungs: [JudgedRankings], test: RankingTest, resamples: Int = BootstrapMeans.standardResamples,
        using generator: inout some RandomNumberGenerator
    ) -> [QualityIntervals] {
        let columns = rungs.flatMap { rung in
            [
                rung.metrics.map(\.recall), rung.metrics.map(\.ndcg), rung.metrics.map(\.reciprocalRank),
                rung.metrics.map(\.hit), rung.listPopularity,
            ]
        }
        let means = BootstrapMeans(of: columns + [test.historyPopularity], resamples: resamples, using: &generator)
        return rungs.indices.map { rung in
            let first = 5 * rung
            return QualityIntervals(
                recall: means.interval(of: first), ndcg: means.interval(of: first + 1),
                meanReciprocalRank: means.interval(of: first + 2), hitRate: means.interval(of: first + 3),
                popularity: means.interval(of: first + 4),
                popularityLift: means.interval {
                    PopularityBias.lift($0[$0.startIndex + first + 4], $0[$0.endIndex - 1])
                })
        }
    }
}
