import Domain
import Evaluation
import Towers

/// Recall of a model on the items held out from training.
struct ValidationRecall: Sendable {
    private let set: TrainingSet
    private let configuration: TrainingConfiguration

    init(_ set: TrainingSet, _ configuration: TrainingConfiguration) {
        self.set = set
        self.configuration = configuration
    }

    /// Recall@k at every rung, a full ranking with the users' other items left out; empty without held-out items.
    func recalls(of model: TwoTowerModel) -> [RungRecall] {
        let users = set.validation.filter { !set.histories.items(of: $0.user).isEmpty }
        guard !users.isEmpty else { return [] }
        let hidden = users.map { Array(set.histories.items(of: $0.user)) }
        let lists = UserEmbeddings.rankings(
            configuration.validationK, by: model, users: users.map { set.users[$0.user] }, histories: hidden,
            features: set.features, hiding: hidden, threads: configuration.threads)
        return zip(model.ladder.rungs, lists).map { dimensions, lists in
            let quality = RankingQuality(
                rankings: lists, relevant: users.map { Set($0.items) }, k: configuration.validationK,
                catalogue: set.features.count)
            return RungRecall(dimensions: dimensions, recall: quality?.recall ?? 0, ndcg: quality?.ndcg ?? 0)
        }
    }
}
