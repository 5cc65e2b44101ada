#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Estimates what share of the full-vector answer a query has found, from the scores that it has seen.
///
/// A candidate's full score is taken for normal around a line in its prefix score. The line's slope is the generation's; its
/// height and the deviation are the query's own as soon as it has reranked some candidates. Each candidate that was not
/// reranked so has a chance to lie above the answer's last item; n items of the answer and m that are missing from it make a
/// recall of n / (n + m). Measured queries then say what such an estimate was worth: a rising line through ``knots``.
public struct RecallPredictor: Hashable, Sendable {
    /// Gain in full score for a gain of 1 in prefix score.
    public let slope: Float
    /// Full score at prefix score 0.
    public let intercept: Float
    /// Standard deviation of full scores around the line.
    public let deviation: Float
    /// Estimates and the mean recalls that were measured at them, both ascending.
    public let knots: [Knot]

    /// An estimate and what it was worth.
    public struct Knot: Hashable, Sendable {
        public let estimate: Float
        public let recall: Float

        public init(estimate: Float, recall: Float) {
            self.estimate = estimate
            self.recall = recall
        }
    }

    public init(slope: Float, intercept: Float, deviation: Float, knots: [Knot]) {
        self.slope = slope
        self.intercept = intercept
        self.deviation = deviation
        self.knots = knots
    }

    /// The same line, with other knots.
    public func with(knots: [Knot]) -> RecallPredictor {
        RecallPredictor(slope: slope, intercept: intercept, deviation: deviation, knots: knots)
    }

    /// What an estimate was worth where it was measured; the estimate itself without knots.
    ///
    /// - Complexity: O(log knots).
    public func recall(ofEstimate estimate: Float) -> Float {
        guard let first = knots.first, let last = knots.last else { return estimate }
        guard estimate > first.estimate else { return first.recall }
        guard estimate < last.estimate else { return last.recall }
        var (low, high) = (0, knots.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if knots[middle].estimate <= estimate { low = middle } else { high = middle }
        }
        let (from, to) = (knots[low], knots[high])
        let share = (estimate - from.estimate) / max(to.estimate - from.estimate, .leastNormalMagnitude)
        return from.recall + share * (to.recall - from.recall)
    }

    /// How candidates that were reranked lie around the generation's line.
    public struct Residuals: Sendable {
        private var count: Float = 0
        private var sum: Float = 0
        private var squares: Float = 0

        public init() {}

        /// Adds a candidate's full score, less what the slope makes of its prefix score.
        public mutating func add(_ height: Float) {
            count += 1
            sum += height
            squares += height * height
        }

        /// The query's own height and deviation; the generation's count as much as 24 candidates.
        func line(_ predictor: RecallPredictor) -> (intercept: Float, deviation: Float) {
            let prior: Float = 24
            let intercept = (sum + prior * predictor.intercept) / (count + prior)
            // Around the height that was just found.
            let own = squares - 2 * intercept * sum + count * intercept * intercept
            let variance = (own + prior * predictor.deviation * predictor.deviation) / (count + prior)
            return (intercept, max(variance, 1e-12).squareRoot())
        }
    }

    /// Candidates whose chances are told together, by their middle one.
    private static let group = 8

    /// Items missing in a group below which the groups after it are not looked at.
    private static let negligible: Float = 1e-3

    /// The share of the answer that was found, before ``recall(ofEstimate:)``.
    ///
    /// - Parameters:
    ///   - wanted: Items of the answer.
    ///   - threshold: Full score of the answer's last item.
    ///   - rest: Prefix scores of the candidates that were not reranked, best first.
    ///   - beyond: Prefix scores of the rows that are no candidates; `nil` where every row is one.
    ///   - residuals: Of those that were.
    /// - Returns: Above 0 to 1.
    /// - Complexity: O(candidates / 8).
    public func estimate(
        wanted: Int, threshold: Float, rest: ArraySlice<Float>, beyond: Tail?, residuals: Residuals
    ) -> Float {
        let (intercept, deviation) = residuals.line(self)
        func chance(_ prefixScore: Float) -> Float {
            Self.tail((threshold - intercept - slope * prefixScore) / deviation)
        }
        var missing: Float = 0
        var start = rest.startIndex
        while start < rest.endIndex {
            let end = min(start + Self.group, rest.endIndex)
            let here = chance(rest[(start + end) / 2]) * Float(end - start)
            missing += here
            start = end
            if here < Self.negligible { return Float(wanted) / (Float(wanted) + missing) }
        }
        if let beyond {
            var score = beyond.score - beyond.step * Float(Self.group / 2)
            for _ in 0..<Self.groupsBeyond {
                let here = chance(score) * Float(Self.group)
                missing += here
                score -= beyond.step * Float(Self.group)
                if here < Self.negligible { break }
            }
        }
        return Float(wanted) / (Float(wanted) + missing)
    }

    /// How prefix scores go on after the last candidate: about as they fell among the last ones.
    public struct Tail: Sendable {
        /// The last candidate's.
        let score: Float
        /// What each is lower than the one before, above 0.
        let step: Float

        /// Reads how they fell; `nil` for fewer than two candidates, or where all are the same.
        ///
        /// - Parameter scores: All candidates', best first.
        public init?(of scores: [Float]) {
            guard let last = scores.last, scores.count > 1 else { return nil }
            let back = min(Self.looked, scores.count - 1)
            let step = (scores[scores.count - 1 - back] - last) / Float(back)
            guard step > 0 else { return nil }
            (score, self.step) = (last, step)
        }

        private static let looked = 32
    }

    /// Groups that are looked at beyond the candidates, at most.
    private static let groupsBeyond = 128

    /// Chance that a standard normal value is above `x`.
    ///
    /// The logistic function, which is within .01 of it and cheaper, has a tail so much heavier that hundreds of hopeless
    /// candidates counted for as much as the few that mattered.
    private static func tail(_ x: Float) -> Float { 0.5 * erfcf(x * 0.707_106_77) }
}
