import Domain
import Towers
import Training
import VectorKernels

/// The users and items of a log with the embeddings that a model makes of them.
struct EmbeddedLog {
    /// One row an item of the log, in its order.
    private(set) var items: HalfEmbeddings
    /// One row a user with interactions, in the log's order.
    private(set) var users: HalfEmbeddings
    /// Positions in ``items`` of what each user did, oldest first; in the order of ``users``.
    private(set) var histories: [[Int]] = []

    /// - Parameters:
    ///   - log: What users did.
    ///   - model: Embeds them.
    ///   - threads: Share the users.
    init(_ log: InteractionLog, model: TwoTowerModel, threads: Int) {
        items = HalfEmbeddings(dimensions: model.ladder.fullLength)
        users = HalfEmbeddings(dimensions: model.ladder.fullLength)
        let features = log.items.map { model.features(of: ItemContent($0.item)) }
        for (item, features) in zip(log.items, features) {
            items.numbers.append(item.number.rawValue)
            items.bits += HalfPrecision.bits(of: model.itemEmbedding(features).span)
        }
        var byUser = [[Int32]](repeating: [], count: log.users.count)
        for (user, item) in zip(log.userPositions, log.itemPositions) { byUser[Int(user)].append(item) }
        let embeddings = UserEmbeddings.of(
            model, users: log.users.map(\.id), histories: byUser, features: features, threads: threads)
        for (index, embedding) in embeddings.enumerated() {
            guard let embedding else { continue }
            users.numbers.append(log.users[index].number.rawValue)
            users.bits += HalfPrecision.bits(of: embedding.span)
            histories.append(byUser[index].map(Int.init))
        }
    }
}
