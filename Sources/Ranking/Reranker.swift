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
    /// - Parameters:
    ///   - shortlist: Candidates, best first, each a row of ``vectors``.
    ///   - query: The whole user vector, of any norm but zero.
    ///   - meter: Pays `model.rerank(dimensions:)` for each candidate before any is scored.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: As many candidates: first those that were paid for, by the cosine of all dimensions, best first and equal
    ///   scores by lower row; then the others as they were, with the scores that they had.
    /// - Throws: ``RankingError/query(_:)`` when the query has no direction or the wrong length; nothing is spent then.
    public func rerank(
        _ shortlist: [Candidate], for query: Span<Float>, paying meter: inout CostMeter,
        kernel: KernelChoice = .current
    ) throws(RankingError) -> [Candidate] {
        _ = try vectors.cosines(of: [], with: query, kernel: kernel)
        let affordable = meter.buy(
            shortlist.count, each: model.rerank(dimensions: vectors.dimensions), for: .rerank,
            dimensions: vectors.dimensions)
        let rows = shortlist.prefix(affordable).map(\.row)
        let scores = try vectors.cosines(of: rows, with: query, kernel: kernel)
        let head = zip(rows, scores).map { Candidate(row: $0, score: $1) }
        return head.sorted(by: Candidate.ranksBefore) + shortlist.dropFirst(affordable)
    }
}
