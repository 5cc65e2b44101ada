import Domain
import Towers
import Training

/// Where a training set has its users and items.
struct EvaluationIndex {
    let users: [UserID: Int]
    let items: [ItemID: Int32]

    init(_ data: TrainingData) {
        users = Dictionary(uniqueKeysWithValues: data.users.enumerated().map { ($1, $0) })
        items = Dictionary(uniqueKeysWithValues: data.items.enumerated().map { ($1.id, Int32($0)) })
    }

    /// The items that each user met.
    static func met(_ data: TrainingData) -> [Set<Int32>] {
        var met = [Set<Int32>](repeating: [], count: data.users.count)
        for (user, item) in zip(data.userIndices, data.itemIndices) { met[Int(user)].insert(item) }
        return met
    }
}
