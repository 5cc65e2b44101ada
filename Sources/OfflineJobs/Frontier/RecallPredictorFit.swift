import Domain
import Foundation
import Ranking

/// Makes recall predictors from measured queries.
enum RecallPredictorFit {
    /// Queries from which a predictor is fitted at least.
    static let fewestQueries = 25
    /// Candidates of a query that its line is fitted to at most.
    private static let candidates = 200
    /// Times that knots are fitted where the knots before end reranks.
    private static let rounds = 4
    /// Targets that reranks are ended at.
    static let targets = [0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998]

    /// Fits a predictor.
    ///
    /// - Parameter traces: One a query; their order does not matter.
    /// - Returns: `nil` for fewer than ``fewestQueries``, or where prefix scores do not tell full ones.
    static func predictor(_ traces: [ScanTrace]) -> RecallPredictor? {
        guard traces.count >= fewestQueries, let line = line(traces) else { return nil }
        // What an estimate is worth anywhere says where reranks end; what it is worth where they end is what is asked.
        let states = traces.map { $0.states(line) }
        let ceiling = traces.reduce(0) { $0 + $1.recall(depth: $1.fullScores.count) } / Double(traces.count)
        var predictor = line.with(knots: knots(states.joined().map { ($0.raw, $0.recall) }, ceiling: ceiling))
        for _ in 0..<rounds {
            let samples = states.flatMap { states in
                let estimates = states.map { Double(predictor.recall(ofEstimate: $0.raw)) }
                return targets.compactMap { target in
                    states.isEmpty ? nil : states[estimates.firstIndex { $0 >= target } ?? states.count - 1]
                }
            }
            predictor = line.with(knots: knots(samples.map { ($0.raw, $0.recall) }, ceiling: ceiling))
        }
        return predictor
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

    /// Mean recall by estimate: a logistic curve of the estimate's log-odds, up to what all candidates hold in the mean.
    ///
    /// A curve of two parameters, since one that follows the samples closer ends reranks where it is too high by chance. Platt,
    /// "Probabilistic outputs for support vector machines", 1999.
    private static func knots(_ samples: [(estimate: Float, recall: Double)], ceiling: Double) -> [RecallPredictor.Knot]
    {
        guard !samples.isEmpty, ceiling > 0 else { return [] }
        let points = samples.map { (odds: logOdds(Double($0.estimate)), recall: $0.recall / ceiling) }
        var (height, slope) = (0.0, 1.0)
        for _ in 0..<newtonSteps {
            // Gradient and Hessian of the cross-entropy, with a prior that keeps the slope near 1.
            var (g0, g1, h00, h01, h11) = (0.0, priorWeight * (1 - slope), 1e-9, 0.0, priorWeight)
            for point in points {
                let chance = 1 / (1 + exp(-height - slope * point.odds))
                let (error, spread) = (point.recall - chance, chance * (1 - chance))
                g0 += error
                g1 += error * point.odds
                h00 += spread
                h01 += spread * point.odds
                h11 += spread * point.odds * point.odds
            }
            let determinant = h00 * h11 - h01 * h01
            guard determinant > 1e-12 else { break }
            height += step((h11 * g0 - h01 * g1) / determinant)
            slope += step((h00 * g1 - h01 * g0) / determinant)
        }
        guard slope > 0 else {
            // The scores say nothing of what is missing: all go as deep as they may, and find what is there in the mean.
            return [RecallPredictor.Knot(estimate: 0.5, recall: Float(ceiling))]
        }
        return (0...curvePoints).map { place in
            let odds = mostOdds * (2 * Double(place) / Double(curvePoints) - 1)
            return RecallPredictor.Knot(
                estimate: Float(1 / (1 + exp(-odds))), recall: Float(ceiling / (1 + exp(-height - slope * odds))))
        }
    }

    /// Log-odds of a share, within what a share of some candidates can say.
    private static func logOdds(_ share: Double) -> Double {
        min(max(log(share / max(1 - share, 1e-12)), -mostOdds), mostOdds)
    }

    /// A step of Newton's method, no longer than the curve can bear far from where it ends.
    private static func step(_ length: Double) -> Double { min(max(length, -1), 1) }

    private static let (newtonSteps, curvePoints) = (20, 48)
    private static let mostOdds = 7.0
    /// Samples that the prior slope counts as.
    private static let priorWeight = 10.0
}
