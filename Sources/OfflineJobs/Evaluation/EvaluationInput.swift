import Domain
import Evaluation
import Towers
import Training

/// The parts of an evaluation, numbered alike.
struct EvaluationInput: Sendable {
    let train: TrainingData
    /// What users are known to have met when they are tested: `train` and what could be used of the validation part.
    let known: TrainingData
    /// `nil` where the protocol has none.
    let validation: HeldOutPart?
    let test: HeldOutPart
    /// The test items that the user liked, by user index; empty when nobody asked for them.
    let liked: [[Int32]]
    /// Test interactions whose item training never sees; they count.
    let untrained: Int

    /// Numbers users and items and looks the held-out interactions up.
    ///
    /// - Parameters:
    ///   - files: The parts.
    ///   - weights: What a user's interactions with an item count in training.
    ///   - likedFrom: Ratings from which an item was liked; `nil` asks for none.
    /// - Throws: ``EvaluationError``, ``Training/TrainingError``.
    init(_ files: SplitFiles, weights: InteractionWeights, likedFrom: Float?) throws {
        let split = files.split
        train = try TrainingData(interactions: split.train, items: files.catalogue, weighing: weights)
        let index = EvaluationIndex(train)
        let met = EvaluationIndex.met(train)
        let hasValidation = !split.validation.isEmpty
        validation = hasValidation ? HeldOutPart(split.validation, index: index, known: met) : nil
        if let validation { try Self.require(validation, "validation") }
        // Training rows come first, so users and items keep their numbers.
        known =
            try validation.map {
                try TrainingData(
                    interactions: split.train + Self.following(split.train, $0.kept), items: files.catalogue,
                    weighing: weights)
            } ?? train
        test = HeldOutPart(
            split.test, index: index, known: validation == nil ? met : EvaluationIndex.met(known))
        try Self.require(test, "test")
        var liked = [[Int32]](repeating: [], count: likedFrom == nil ? 0 : train.users.count)
        for interaction in test.kept {
            guard let likedFrom, let value = interaction.value, value >= likedFrom,
                let user = index.users[interaction.user], let item = index.items[interaction.item]
            else { continue }
            liked[user].append(item)
        }
        self.liked = liked
        var isTrained = [Bool](repeating: false, count: train.items.count)
        for item in train.itemIndices { isTrained[Int(item)] = true }
        untrained = test.wanted.joined().count { !isTrained[Int($0)] }
    }

    /// Held-out interactions with times that are not before any of the user's in `train`: a file of them may have no times.
    private static func following(_ train: [Interaction], _ heldOut: [Interaction]) -> [Interaction] {
        let last = Dictionary(train.map { ($0.user, $0.timestamp) }, uniquingKeysWith: max)
        return heldOut.map { interaction in
            Interaction(
                user: interaction.user, item: interaction.item,
                timestamp: max(interaction.timestamp, last[interaction.user, default: .epoch]), kind: interaction.kind,
                value: interaction.value, event: interaction.event, recommendation: interaction.recommendation)
        }
    }

    private static func require(_ part: HeldOutPart, _ name: String) throws(EvaluationError) {
        guard part.kept.isEmpty else { return }
        throw .nothingToJudge(part: name, reasons: part.notes(name))
    }
}
