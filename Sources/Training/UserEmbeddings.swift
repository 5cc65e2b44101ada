public import Domain
public import Towers
import VectorKernels

/// Embeds many users at once.
public enum UserEmbeddings {
    /// The user tower's embeddings of some users.
    ///
    /// - Parameters:
    ///   - model: Whose tower.
    ///   - users: Whose histories; as many as `histories`.
    ///   - histories: Positions in `features`, most recent last.
    ///   - features: Items, as the model knows them.
    ///   - threads: Share the users; the result does not depend on their number.
    /// - Returns: For each user the full-length embedding of unit length; `nil` for a user of whom nothing is known.
    public static func of(
        _ model: TwoTowerModel, users: [UserID], histories: [[Int32]], features: [ItemFeatures], threads: Int
    ) -> [[Float]?] {
        precondition(users.count == histories.count, "\(users.count) users, \(histories.count) histories.")
        let workers = MatrixWorkers(count: threads)
        let parts = (0..<workers.count).map { _ in WorkerSlot<[[Float]?]>([]) }
        workers.run { worker in
            let embeddings = workers.range(of: worker, rows: users.count).map { row in
                model.userEmbedding(history: histories[row].map { features[Int($0)] }, user: users[row])
            }
            parts[worker].withLock { $0 = embeddings }
        }
        return parts.flatMap { $0.withLock { $0 } }
    }

    /// Embeds users and ranks items for them, at every rung of the model's ladder.
    ///
    /// - Parameters:
    ///   - k: Items to keep of each ranking.
    ///   - model: Whose towers.
    ///   - users: Whose histories; as many as `histories`.
    ///   - histories: Positions in `features`, most recent last.
    ///   - features: Items that histories are of, as the model knows them.
    ///   - candidates: Items that are ranked; those of `features` where `nil`.
    ///   - hidden: For each user positions among the candidates that are left out.
    ///   - threads: Share the users.
    /// - Returns: For each rung, for each user, at most `k` positions among the candidates, best first; none for a user of whom
    ///   nothing is known.
    public static func rankings(
        _ k: Int, by model: TwoTowerModel, users: [UserID], histories: [[Int32]], features: [ItemFeatures],
        candidates: [ItemFeatures]? = nil, hiding hidden: [[Int32]], threads: Int
    ) -> [[[Int32]]] {
        let dimensions = model.ladder.fullLength
        let embeddings = of(model, users: users, histories: histories, features: features, threads: threads)
        let zeros = [Float](repeating: 0, count: dimensions)
        let items = EmbeddingTable(
            dimensions: dimensions, elements: (candidates ?? features).flatMap(model.itemEmbedding(_:)))
        let lists = MaskedRanking(items: items, ladder: model.ladder, threads: threads).best(
            k, for: EmbeddingTable(dimensions: dimensions, elements: embeddings.flatMap { $0 ?? zeros }),
            hiding: hidden)
        return lists.map { zip($0, embeddings).map { $1 == nil ? [] : $0 } }
    }
}
