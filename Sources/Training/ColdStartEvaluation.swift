import Domain
public import Evaluation
import Towers

/// How well towers serve who and what they were not trained on: items by their content, users by their first interactions.
public struct ColdStartEvaluation: Sendable {
    /// Share of the items, or of the users, that training does not see.
    public static let coldShare = 0.1
    /// Interactions of a cold user that the user tower reads, and as many after them that it should find.
    public static let firstInteractions = 5

    private let configuration: TrainingConfiguration
    private let k: Int

    /// Quality at one rung with and without training.
    public struct Rung: Hashable, Sendable {
        /// Length of the prefix.
        public let dimensions: Int
        /// Of what training did not see.
        public let cold: RankingQuality
        /// Of what it is held against, as ``Report/references`` names it.
        public let references: [RankingQuality]
    }

    /// What came out.
    public struct Report: Sendable {
        /// In the ladder's order.
        public let rungs: [Rung]
        /// What training without them is held against: other users, or other rankings of the same items.
        public let references: [String]
        /// Items or users that training did not see.
        public let cold: Int
        public let training: TrainedModel
    }

    /// Prepares an evaluation.
    ///
    /// - Parameters:
    ///   - configuration: How to train; its seed also draws what stays unseen.
    ///   - k: Items of each ranking that count; 1 or more.
    public init(_ configuration: TrainingConfiguration, k: Int = 20) {
        self.configuration = configuration
        self.k = k
    }

    /// Holds a tenth of the items out entirely and ranks them against each other, by content alone.
    ///
    /// The references do not look at the user: the same items by the popularity of their categories, which is all the popularity
    /// that new items have, and by how many users met them, which nobody knows of new items: a bound for such rankings.
    ///
    /// - Throws: ``TrainingError``; ``TrainingError/noTestItems`` when no user with a history met a held-out item, or none
    ///   has content.
    @concurrent public func items(
        _ data: TrainingData, progress: @Sendable (TrainingProgress) -> Void = { _ in }
    ) async throws(TrainingError) -> Report {
        let isCold = drawn(data.items.count) { !data.items[$0].categories.isEmpty || !data.items[$0].title.isEmpty }
        let train = try data.filtered { _, item in !isCold[item] }
        let trained = try await Trainer(configuration).train(train, progress: progress)
        let cold = data.items.indices.filter { isCold[$0] }
        var places: [Int: Int32] = [:]
        for (place, item) in cold.enumerated() { places[item] = Int32(place) }
        let histories = train.histories()
        var wanted = [Set<Int32>](repeating: [], count: data.users.count)
        for (user, item) in zip(data.userIndices, data.itemIndices) {
            if let place = places[Int(item)] { wanted[Int(user)].insert(place) }
        }
        let users = data.users.indices.filter { !wanted[$0].isEmpty && !histories[$0].isEmpty }
        guard !users.isEmpty else { throw .noTestItems }
        let lists = rankings(
            trained.model, users: users, data: data, histories: histories, candidates: cold.map { data.items[$0] })
        let relevant = users.map { wanted[$0] }
        var counts = [Double](repeating: 0, count: cold.count)
        for items in wanted { for item in items { counts[Int(item)] += 1 } }
        let popularity = CategoryPopularity(train, isKnown: { !isCold[$0] })
        let references = [cold.map { popularity.score(of: data.items[$0]) }, counts].map { scores in
            let best = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(k).map(Int32.init)
            return Judged(lists: lists.map { _ in users.map { _ in Array(best) } }, relevant: relevant)
        }
        return try report(
            trained, Judged(lists: lists, relevant: relevant), references,
            ["popularity of their categories", "popularity that nobody knows"], catalogue: cold.count, cold: cold.count)
    }

    /// Keeps a tenth of the users from training and embeds them from their first interactions, to find as many that follow.
    ///
    /// The reference is the users that training saw, embedded from all they did but the last few, to find these.
    ///
    /// - Throws: ``TrainingError``; ``TrainingError/noTestItems`` when too few users have ten interactions.
    @concurrent public func users(
        _ data: TrainingData, progress: @Sendable (TrainingProgress) -> Void = { _ in }
    ) async throws(TrainingError) -> Report {
        let all = data.histories()
        let isCold = drawn(data.users.count) { all[$0].count >= 2 * Self.firstInteractions }
        let count = Self.firstInteractions
        var known: [[Int32]] = []
        var wanted: [Set<Int32>] = []
        for (user, history) in all.enumerated() {
            let isTested = history.count >= 2 * count
            known.append(Array(isCold[user] ? history.prefix(count) : history.dropLast(isTested ? count : 0)))
            wanted.append(isTested ? Set(isCold[user] ? history[count..<2 * count] : history.suffix(count)) : [])
        }
        let train = try data.filtered { user, item in !isCold[user] && !wanted[user].contains(Int32(item)) }
        let trained = try await Trainer(configuration).train(train, progress: progress)
        let tested = data.users.indices.filter { !wanted[$0].isEmpty }
        let (cold, warm) = (tested.filter { isCold[$0] }, tested.filter { !isCold[$0] })
        guard !cold.isEmpty, !warm.isEmpty else { throw .noTestItems }
        func judged(_ users: [Int]) -> Judged {
            Judged(
                lists: rankings(
                    trained.model, users: users, data: data, histories: known, candidates: data.items,
                    hiding: users.map { known[$0] }),
                relevant: users.map { wanted[$0] })
        }
        return try report(
            trained, judged(cold), [judged(warm)], ["users trained on"], catalogue: data.items.count, cold: cold.count)
    }

    /// For each rung and user a ranking, and for each user what it should hold.
    private struct Judged {
        let lists: [[[Int32]]]
        let relevant: [Set<Int32>]
    }

    private func report(
        _ trained: TrainedModel, _ cold: Judged, _ references: [Judged], _ names: [String], catalogue: Int,
        cold count: Int
    ) throws(TrainingError) -> Report {
        var rungs: [Rung] = []
        for (rung, dimensions) in trained.model.ladder.rungs.enumerated() {
            let qualities = ([cold] + references).compactMap {
                RankingQuality(rankings: $0.lists[rung], relevant: $0.relevant, k: k, catalogue: catalogue)
            }
            guard qualities.count == references.count + 1 else { throw .noTestItems }
            rungs.append(
                Rung(dimensions: dimensions, cold: qualities[0], references: Array(qualities.dropFirst())))
        }
        return Report(rungs: rungs, references: names, cold: count, training: trained)
    }

    /// Draws a share of those that are eligible.
    private func drawn(_ count: Int, where isEligible: (Int) -> Bool) -> [Bool] {
        var generator = SeededGenerator(seed: configuration.seed)
        var eligible = (0..<count).filter(isEligible)
        let wanted = Int((Double(eligible.count) * Self.coldShare).rounded(.up))
        generator.drawToFront(wanted, of: &eligible)
        var isDrawn = [Bool](repeating: false, count: count)
        for index in eligible.prefix(wanted) { isDrawn[index] = true }
        return isDrawn
    }

    private func rankings(
        _ model: TwoTowerModel, users: [Int], data: TrainingData, histories: [[Int32]], candidates: [ItemContent],
        hiding: [[Int32]]? = nil
    ) -> [[[Int32]]] {
        UserEmbeddings.rankings(
            k, by: model, users: users.map { data.users[$0] }, histories: users.map { histories[$0] },
            features: data.items.map(model.features(of:)), candidates: candidates.map(model.features(of:)),
            hiding: hiding ?? users.map { _ in [] }, threads: configuration.threads)
    }
}
