import Domain
import Evaluation
import Towers
import Training

/// A user of whom a model is asked what came next.
struct JudgedUser: Sendable {
    let id: UserID
    /// Positions of the items that the user tower reads, oldest first.
    let history: [Int32]
    /// Positions of the items that are not recommended.
    let hidden: [Int32]
    /// Positions of what came next; never empty.
    let wanted: Set<Int32>
}

extension [JudgedUser] {
    /// Ranks the whole catalogue for each user, as a model that serves would.
    ///
    /// - Parameters:
    ///   - model: Embeds users from their histories, and items it has never seen from what is known of them.
    ///   - items: The catalogue; positions are those of this array.
    ///   - k: Items of each ranking that count.
    ///   - threads: Share the users.
    /// - Returns: For each rung of the model's ladder, shortest first, each user's recall@k; 0 for a user of whom the model
    ///   knows nothing.
    func recalls(of model: TwoTowerModel, items: [ItemContent], k: Int, threads: Int) -> [[Double]] {
        let lists = UserEmbeddings.rankings(
            k, by: model, users: map(\.id), histories: map(\.history), features: items.map(model.features(of:)),
            hiding: map(\.hidden), threads: threads)
        return lists.map { lists in
            zip(self, lists).map { RankingMetrics(ranking: $1, relevant: $0.wanted, k: k)?.recall ?? 0 }
        }
    }

    /// Ranks the catalogue by the vectors that are stored, at their full length, as requests would see it.
    ///
    /// - Parameters:
    ///   - model: Embeds users from their histories.
    ///   - items: The catalogue; positions are those of this array.
    ///   - vectors: A row an item.
    ///   - k: Items of each ranking that count.
    ///   - threads: Share the users.
    /// - Returns: Each user's recall@k and nDCG@k; 0 for a user of whom the model knows nothing.
    func quality(
        of model: TwoTowerModel, items: [StoredItem], vectors: EmbeddingTable, k: Int, threads: Int
    ) -> [(recall: Double, ndcg: Double)] {
        let embeddings = UserEmbeddings.of(
            model, users: map(\.id), histories: map(\.history),
            features: items.map { model.features(of: ItemContent($0.item)) }, threads: threads)
        let zeros = [Float](repeating: 0, count: vectors.dimensions)
        let lists =
            MaskedRanking(items: vectors, ladder: model.ladder, threads: threads).best(
                k, for: EmbeddingTable(dimensions: vectors.dimensions, elements: embeddings.flatMap { $0 ?? zeros }),
                hiding: map(\.hidden)
            ).last ?? []
        return zip(self, zip(lists, embeddings)).map { user, ranked in
            let metrics = RankingMetrics(ranking: ranked.1 == nil ? [] : ranked.0, relevant: user.wanted, k: k)
            return (metrics?.recall ?? 0, metrics?.ndcg ?? 0)
        }
    }
}
