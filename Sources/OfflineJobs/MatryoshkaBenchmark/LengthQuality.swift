/// How good full rankings by embeddings of one length are: means over the test users.
public struct LengthQuality: Hashable, Sendable {
    /// Length of the embeddings that were compared.
    public let dimensions: Int
    /// Mean recall@k, from 0 to 1; higher is better.
    public let recall: Double
    /// Mean nDCG@k, from 0 to 1; higher is better.
    public let ndcg: Double

    public init(dimensions: Int, recall: Double, ndcg: Double) {
        self.dimensions = dimensions
        self.recall = recall
        self.ndcg = ndcg
    }
}
