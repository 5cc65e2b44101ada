import Domain

/// Reranks that end early, judged on queries that did not fit what ends them.
///
/// Each half of the queries fits a predictor that the other half is judged by; the predictor that serves is fitted to all.
struct EarlyEnds {
    let predictor: RecallPredictor
    /// One a target, ascending.
    let points: [TargetPoint]
    /// Largest difference of mean estimate and mean recall over queries with like estimates; `nil` where too few are alike.
    let estimateError: Double?

    /// Share of the queries that may go as deep as they want: 49 of 50.
    private static let highShare = (49, 50)
    /// Bins of estimates, and queries that one has at least to count.
    private static let (bins, fewest) = (20, 50)

    /// Fits and judges.
    ///
    /// It is `nil` for too few queries, or where prefix scores do not tell full ones.
    ///
    /// - Parameter traces: One a query, in an order that says nothing of them.
    init?(_ traces: [ScanTrace]) {
        let halves = [0, 1].map { half in traces.indices.filter { $0 % 2 == half } }
        let fitted = halves.compactMap { half in RecallPredictorFit.predictor(half.map { traces[$0] }) }
        guard fitted.count == halves.count, let predictor = RecallPredictorFit.predictor(traces) else { return nil }
        self.predictor = predictor
        var bins = [Bin](repeating: Bin(), count: Self.bins)
        let states = traces.indices.map { traces[$0].states(fitted[1 - $0 % 2]) }
        points = RecallPredictorFit.targets.map { target in
            let free = states.compactMap { states in (states.first { $0.estimate >= target } ?? states.last)?.depth }
                .sorted()
            let high = free.isEmpty ? 0 : free[min(free.count - 1, free.count * Self.highShare.0 / Self.highShare.1)]
            var (depth, recall, count) = (0.0, 0.0, 0.0)
            for query in traces.indices {
                guard let end = traces[query].head(high).end(fitted[1 - query % 2], target: target) else { continue }
                (depth, recall, count) = (depth + Double(end.depth), recall + end.recall, count + 1)
                bins[min(Self.bins - 1, max(0, Int(end.estimate * Double(Self.bins))))].add(end, of: query)
            }
            return TargetPoint(
                target: target, depth: depth / max(1, count), highDepth: Double(high), recall: recall / max(1, count))
        }
        estimateError = bins.filter { $0.queries.count >= Self.fewest }.map(\.error).max()
    }

    /// Ends with like estimates.
    private struct Bin {
        private var (estimates, recalls, count) = (0.0, 0.0, 0.0)
        private(set) var queries: Set<Int> = []

        mutating func add(_ end: ScanTrace.State, of query: Int) {
            queries.insert(query)
            (estimates, recalls, count) = (estimates + end.estimate, recalls + end.recall, count + 1)
        }

        var error: Double { abs(estimates - recalls) / count }
    }
}
