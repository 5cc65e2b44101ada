import Domain
import Towers
import VectorKernels

/// The users and items of a log with the embeddings that a model makes of them.
struct EmbeddedLog {
    /// One row an item of the log, in its order.
    private(set) var items: HalfEmbeddings
    /// One row a user with interactions, in the log's order.
    private(set) var users: HalfEmbeddings
    /// Positions in ``items`` of what each user did, oldest first; in the order of ``users``.
    private(set) var histories: [[Int]] = []

    init(_ log: InteractionLog, model: TwoTowerModel) {
        items = HalfEmbeddings(dimensions: model.ladder.fullLength)
        users = HalfEmbeddings(dimensions: model.ladder.fullLength)
        let features = log.items.map { model.features(of: ItemContent($0.item)) }
        for (item, features) in zip(log.items, features) {
            items.numbers.append(item.number.rawValue)
            items.bits += HalfPrecision.bits(of: model.itemEmbedding(features).span)
        }
        var byUser = [[Int]](repeating: [], count: log.users.count)
        for (user, item) in zip(log.userPositions, log.itemPositions) { byUser[Int(user)].append(Int(item)) }
        for (user, history) in zip(log.users, byUser) {
            let embedding = model.userEmbedding(history: history.map { features[$0] }, user: user.id)
            guard let embedding else { continue }
            users.numbers.append(user.number.rawValue)
            users.bits += HalfPrecision.bits(of: embedding.span)
            histories.append(history)
        }
    }
}
