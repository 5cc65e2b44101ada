public import Domain
public import VectorKernels

/// Puts a shortlist in the order of the full vectors.
public struct Reranker: Sendable {
    /// The items' whole embeddings, numbered as the candidates are.
    public let vectors: FullVectors
    /// What a candidate costs.
    public let model: CostModel

    public init(vectors: FullVectors, model: CostModel) {
        self.vectors = vectors
        self.model = model
    }

    /// Returns `shortlist` with its head reranked; what the meter cannot pay for keeps its order, below.
    ///
    /// Each step of a funnel scores what is left by a longer prefix, reading only the dimensions that it adds, and keeps the
    /// best; the last step scores by all dimensions. Kusupati et al., "Matryoshka Representation Learning"
    /// (arXiv:2205.13147), section 4.3.1, call it funnel retrieval.
    ///
    /// - Parameters:
    ///   - shortlist: Candidates, best first, each a row of ``vectors``.
    ///   - query: The whole user vector, of any norm but zero.
    ///   - funnel: Steps before the last, by longer and longer prefixes.
    ///   - meter: Pays `model.rerank(dimensions:)` for each candidate of a step and the dimensions that the step adds, before any
    ///     is scored.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: As many candidates: first those that went all the way, by the cosine of all dimensions, best first and
    ///   equal scores by lower row; then those that a step dropped or that were not paid for, the latest first, as their
    ///   last step scored them.
    /// - Throws: ``RankingError/query(_:)`` when the query has no direction or the wrong length; nothing is spent then.
    public func rerank(
        _ shortlist: [Candidate], for query: Span<Float>, through funnel: [FunnelStep] = [],
        paying meter: inout CostMeter, kernel: KernelChoice = .current
    ) throws(RankingError) -> [Candidate] {
        _ = try vectors.cosines(of: [], with: query, kernel: kernel)
        let last = FunnelStep(dimensions: vectors.dimensions, keep: max(1, shortlist.count))
        var scores = FunnelScores(shortlist)
        var dropped: [Candidate] = []
        for step in funnel + [last] where !scores.isEmpty {
            let work = CostedWork.rerank(dimensions: step.dimensions - scores.dimensions)
            let paid = meter.buy(scores.count, of: work, by: model, for: .rerank, dimensions: step.dimensions)
            dropped = scores.cut(to: paid) + dropped
            scores.extend(to: step.dimensions, in: vectors.table, for: query, kernel: kernel)
            dropped = scores.cut(to: step.keep) + dropped
        }
        return scores.candidates + dropped
    }
}
