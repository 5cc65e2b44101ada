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
}
