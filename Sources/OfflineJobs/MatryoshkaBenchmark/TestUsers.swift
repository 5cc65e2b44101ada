import Domain
import Evaluation
import Towers
import Training

/// Users with test items, and what they did before: what every model is judged on.
struct TestUsers: Sendable {
    private let train: TrainingData
    private let ids: [UserID]
    /// What each did in the training part, each item once, latest last; left out of the rankings.
    private let histories: [[Int32]]
    /// What each went on to.
    private let wanted: [Set<Int32>]

    /// Users embedded or ranked between two looks for cancellation.
    private static let block = 1024

    /// Number of users.
    var count: Int { ids.count }

    /// Matches test interactions with the users and items of the training part; others are left out.
    ///
    /// - Throws: ``Training/TrainingError/noTestItems`` when nothing is left.
    init(train: TrainingData, test: some Sequence<Interaction>) throws(TrainingError) {
        let userRows = Dictionary(train.users.enumerated().map { ($1, $0) }) { first, _ in first }
        let itemRows = Dictionary(train.items.enumerated().map { ($1.id, Int32($0)) }) { first, _ in first }
        var wanted = [Set<Int32>](repeating: [], count: train.users.count)
        for interaction in test {
            guard let user = userRows[interaction.user], let item = itemRows[interaction.item] else { continue }
            wanted[user].insert(item)
        }
        let users = wanted.indices.filter { !wanted[$0].isEmpty }
        guard !users.isEmpty else { throw .noTestItems }
        let histories = train.histories()
        self.train = train
        ids = users.map { train.users[$0] }
        self.histories = users.map { histories[$0] }
        self.wanted = users.map { wanted[$0] }
    }

    /// Embeds these users, and all items.
    ///
    /// - Throws: `CancellationError`.
    func embedded(by model: TwoTowerModel) throws -> EmbeddedSplit {
        let dimensions = model.ladder.fullLength
        let features = train.items.map(model.features(of:))
        var items = EmbeddingTable(dimensions: dimensions, elements: [])
        for (row, features) in features.enumerated() {
            if row % Self.block == 0 { try Task.checkCancellation() }
            items.elements += model.itemEmbedding(features)
        }
        var users = EmbeddingTable(dimensions: dimensions, elements: [])
        var isKnown: [Bool] = []
        for (row, (id, history)) in zip(ids, histories).enumerated() {
            if row % Self.block == 0 { try Task.checkCancellation() }
            let embedding = model.userEmbedding(history: history.map { features[Int($0)] }, user: id)
            users.elements += embedding ?? [Float](repeating: 0, count: dimensions)
            isKnown.append(embedding != nil)
        }
        return EmbeddedSplit(items: items, users: users, isKnown: isKnown)
    }

    /// Judges embeddings at each length: full rankings by the cosine, the users' own items left out.
    ///
    /// A user of whom nothing is known is shown nothing.
    ///
    /// - Returns: The quality at each rung, in the ladder's order.
    /// - Throws: `CancellationError`.
    func qualities(of split: EmbeddedSplit, ladder: PrefixLadder, k: Int, threads: Int) throws -> [RungQuality] {
        let ranking = MaskedRanking(items: split.items, ladder: ladder, threads: threads)
        var lists = [[[Int32]]](repeating: [], count: ladder.rungs.count)
        for first in stride(from: 0, to: count, by: Self.block) {
            try Task.checkCancellation()
            let rows = first..<min(first + Self.block, count)
            let elements = split.users.elements[
                split.users.range(of: rows.lowerBound).lowerBound..<split.users.range(of: rows.upperBound).lowerBound]
            let best = ranking.best(
                k, for: EmbeddingTable(dimensions: ladder.fullLength, elements: Array(elements)),
                hiding: Array(histories[rows]))
            for (rung, found) in best.enumerated() {
                lists[rung] += zip(found, rows).map { split.isKnown[$1] ? $0 : [] }
            }
        }
        return zip(ladder.rungs, lists).compactMap { dimensions, lists in
            RankingQuality(rankings: lists, relevant: wanted, k: k, catalogue: train.items.count)
                .map { RungQuality(dimensions: dimensions, recall: $0.recall, ndcg: $0.ndcg) }
        }
    }
}
