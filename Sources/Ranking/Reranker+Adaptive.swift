public import Domain
public import VectorKernels

/// When a rerank has done enough.
public struct RecallGoal: Hashable, Sendable {
    /// Tells recall from scores.
    public let predictor: RecallPredictor
    /// Estimated recall at which it ends, 0 to 1.
    public let target: Double
    /// Items of the answer, 1 or more.
    public let count: Int
    /// Whether the shortlist has every row that there is.
    public let hasAll: Bool

    public init(predictor: RecallPredictor, target: Double, count: Int, hasAll: Bool = false) {
        self.predictor = predictor
        self.target = target
        self.count = count
        self.hasAll = hasAll
    }
}

extension Reranker {
    /// Reranks the head of a shortlist, chunk by chunk, until enough of the answer is found.
    ///
    /// After some more candidates than are wanted, and each few more (``RecallProgress/chunk(after:wanted:)``), the recall is estimated from the scores (see
    /// ``Domain/RecallPredictor``); easy queries so end early. Nothing depends on time: the same shortlist ends at the same place.
    ///
    /// - Parameters:
    ///   - shortlist: Candidates, best first, each a row of ``vectors``.
    ///   - query: The whole user vector, of any norm but zero.
    ///   - goal: When to end.
    ///   - meter: Pays `model.rerank(dimensions:)` for each candidate before it is scored.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: As many candidates: those reranked, by the cosine of all dimensions, best first and equal scores by lower row;
    ///   then the others in their order. And the estimated recall, 0 to 1.
    /// - Throws: ``RankingError/query(_:)`` when the query has no direction or the wrong length; nothing is spent then.
    public func rerank(
        _ shortlist: [Candidate], for query: Span<Float>, until goal: RecallGoal, paying meter: inout CostMeter,
        kernel: KernelChoice = .current
    ) throws(RankingError) -> (candidates: [Candidate], estimatedRecall: Double) {
        let price = model.rerank(dimensions: vectors.dimensions)
        var progress = RecallProgress(
            goal.predictor, wanted: goal.count, prefixScores: shortlist.map(\.score), hasAll: goal.hasAll)
        var ranked: [Candidate] = []
        ranked.reserveCapacity(shortlist.count)
        var estimate: Float = 0
        while progress.depth < shortlist.count {
            let depth = progress.depth
            let wanted = min(
                RecallProgress.chunk(after: depth, wanted: goal.count), shortlist.count - depth)
            let rows = shortlist[depth..<depth + wanted].map(\.row)
            if depth == 0 { _ = try vectors.cosines(of: [], with: query, kernel: kernel) }
            let paid = meter.buy(wanted, each: price, for: .rerank, dimensions: vectors.dimensions)
            let scores = try vectors.cosines(of: Array(rows.prefix(paid)), with: query, kernel: kernel)
            progress.add(scores)
            ranked += zip(rows, scores).map { Candidate(row: $0, score: $1) }
            estimate = progress.estimate
            if paid < wanted || Double(estimate) >= goal.target { break }
        }
        ranked.sort(by: Candidate.ranksBefore)
        return (ranked + shortlist[progress.depth...], Double(estimate))
    }
}
