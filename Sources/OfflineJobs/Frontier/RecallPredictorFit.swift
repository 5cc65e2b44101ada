import Domain
import Ranking

/// Makes recall predictors from measured queries.
enum RecallPredictorFit {
    /// Queries from which a predictor is fitted at least.
    static let fewestQueries = 25
    /// Candidates of a query that its line is fitted to at most.
    private static let candidates = 200
    /// Knots at most.
    private static let bins = 32
    /// Targets that reranks are ended at.
    static let targets = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995]

    /// Fits a predictor.
    ///
    /// - Parameter traces: One a query; their order does not matter.
    /// - Returns: `nil` for fewer than ``fewestQueries``, or where prefix scores do not tell full ones.
    static func predictor(_ traces: [ScanTrace]) -> RecallPredictor? {
        guard traces.count >= fewestQueries, let line = line(traces) else { return nil }
        // What an estimate is worth anywhere says where reranks end; what it is worth where they end is what is asked.
        var samples = traces.flatMap { $0.states(line).map { ($0.raw, $0.recall) } }
        let first = line.with(knots: knots(samples))
        samples = traces.flatMap { trace in
            let states = trace.states(first)
            return targets.compactMap { target in
                (states.first { $0.estimate >= target } ?? states.last).map { ($0.raw, $0.recall) }
            }
        }
        return line.with(knots: knots(samples))
    }

    /// The line of full scores over prefix scores within queries, without knots.
    private static func line(_ traces: [ScanTrace]) -> RecallPredictor? {
        var (products, squares, heights): (Double, Double, [(prefix: Double, full: Double)]) = (0, 0, [])
        func scores(_ trace: ScanTrace) -> [(Double, Double)] {
            zip(trace.prefixScores, trace.fullScores).prefix(candidates).map { (Double($0), Double($1)) }
        }
        for trace in traces where !trace.fullScores.isEmpty {
            let scores = scores(trace)
            let count = Double(scores.count)
            let mean = scores.reduce((0.0, 0.0)) { ($0.0 + $1.0 / count, $0.1 + $1.1 / count) }
            heights.append((mean.0, mean.1))
            for (prefix, full) in scores {
                products += (prefix - mean.0) * (full - mean.1)
                squares += (prefix - mean.0) * (prefix - mean.0)
            }
        }
        guard squares > 0, products > 0 else { return nil }
        let slope = products / squares
        var (residual, count) = (0.0, 0.0)
        for (trace, mean) in zip(traces.filter { !$0.fullScores.isEmpty }, heights) {
            for (prefix, full) in scores(trace) {
                let error = full - mean.full - slope * (prefix - mean.prefix)
                (residual, count) = (residual + error * error, count + 1)
            }
        }
        let intercept = heights.reduce(0) { $0 + $1.full - slope * $1.prefix } / Double(heights.count)
        return RecallPredictor(
            slope: Float(slope), intercept: Float(intercept), deviation: Float((residual / count).squareRoot()),
            knots: [])
    }

    /// Mean recall by estimate, made rising: pooled adjacent violators over bins of equal numbers of samples.
    ///
    /// Ayer et al., "An empirical distribution function for sampling with incomplete information", 1955.
    private static func knots(_ samples: [(estimate: Float, recall: Double)]) -> [RecallPredictor.Knot] {
        let sorted = samples.sorted { ($0.estimate, $0.recall) < ($1.estimate, $1.recall) }
        let size = max(1, (sorted.count + bins - 1) / bins)
        var pools: [(estimate: Double, recall: Double, count: Double)] = []
        for start in stride(from: 0, to: sorted.count, by: size) {
            let bin = sorted[start..<min(start + size, sorted.count)]
            let count = Double(bin.count)
            var pool = (
                estimate: bin.reduce(0) { $0 + Double($1.estimate) } / count,
                recall: bin.reduce(0) { $0 + $1.recall } / count, count: count
            )
            while let last = pools.last, last.recall >= pool.recall || last.estimate >= pool.estimate {
                let both = last.count + pool.count
                pool = (
                    (last.estimate * last.count + pool.estimate * pool.count) / both,
                    (last.recall * last.count + pool.recall * pool.count) / both, both
                )
                pools.removeLast()
            }
            pools.append(pool)
        }
        return pools.map { RecallPredictor.Knot(estimate: Float($0.estimate), recall: Float($0.recall)) }
    }
}
