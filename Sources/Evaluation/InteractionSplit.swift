public import Domain

/// Interactions parted for a fair trial: what training may see, what settings are chosen by, and what is to be found.
public struct InteractionSplit: Hashable, Sendable {
    public let train: [Interaction]
    /// Follows on `train` and comes before `test`; empty where the protocol has none.
    public let validation: [Interaction]
    public let test: [Interaction]
    /// Interactions left out, because the same user met the same item again later.
    public let repeats: Int

    /// Takes parts that somebody else has split.
    public init(train: [Interaction], validation: [Interaction] = [], test: [Interaction], repeats: Int = 0) {
        self.train = train
        self.validation = validation
        self.test = test
        self.repeats = repeats
    }

    /// Keeps the last item of each user's history for the test and the one before it for validation.
    ///
    /// The protocol of SASRec (Kang and McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018, arXiv:1808.09781):
    /// users with fewer than three items are trained on and not tested. Of an item that a user met more than once the latest
    /// counts, so that no test item was seen in training. Equal times keep the order of `interactions`.
    ///
    /// - Parameter interactions: Those of all users, each with a time.
    /// - Returns: The parts, each user's interactions in time.
    /// - Throws: ``InteractionSplitError/noTimes``, ``InteractionSplitError/noUserWithThreeItems(users:)``.
    public static func leavingLastOut(
        _ interactions: [Interaction]
    ) throws(InteractionSplitError) -> InteractionSplit {
        guard !interactions.isEmpty else { throw .noTimes }
        var histories: [[Int]] = []
        var positions: [UserID: Int] = [:]
        for (index, interaction) in interactions.enumerated() {
            let position = positions[interaction.user, default: histories.count]
            if position == histories.count {
                positions[interaction.user] = position
                histories.append([])
            }
            histories[position].append(index)
        }
        var (train, validation, test): ([Interaction], [Interaction], [Interaction]) = ([], [], [])
        for history in histories {
            let items = latestOfEachItem(history.map { interactions[$0] })
            let isTested = items.count >= 3
            train += isTested ? items.dropLast(2) : items[...]
            guard isTested else { continue }
            validation.append(items[items.count - 2])
            test.append(items[items.count - 1])
        }
        guard !test.isEmpty else { throw .noUserWithThreeItems(users: histories.count) }
        let kept = train.count + validation.count + test.count
        return InteractionSplit(
            train: train, validation: validation, test: test, repeats: interactions.count - kept)
    }

    /// Keeps all that happened after one moment for the test: nothing of the future is trained on, for any user.
    ///
    /// Ji et al., "A Critical Study on Data Leakage in Recommender System Offline Evaluation", TOIS 41(3), 2023
    /// (arXiv:2010.11060), show how much a split that is not global can flatter. Users and items that appear only after the
    /// moment are in the test all the same; whoever judges leaves them out and says so.
    ///
    /// - Parameters:
    ///   - interactions: Those of all users, each with a time.
    ///   - cut: Where the test begins.
    /// - Returns: The parts, in the order of `interactions`.
    /// - Throws: ``InteractionSplitError/noTimes``, ``InteractionSplitError/oneSide(kept:test:)``.
    public static func cutting(
        _ interactions: [Interaction], at cut: TestCut
    ) throws(InteractionSplitError) -> InteractionSplit {
        guard !interactions.isEmpty else { throw .noTimes }
        let moment = cut.moment(of: interactions.map(\.timestamp))
        let train = interactions.filter { $0.timestamp <= moment }
        let test = interactions.filter { $0.timestamp > moment }
        guard !train.isEmpty, !test.isEmpty else { throw .oneSide(kept: train.count, test: test.count) }
        return InteractionSplit(train: train, test: test)
    }

    /// One user's interactions in time, without those whose item comes again.
    private static func latestOfEachItem(_ history: [Interaction]) -> [Interaction] {
        let ordered = history.enumerated().sorted {
            ($0.element.timestamp, $0.offset) < ($1.element.timestamp, $1.offset)
        }
        var seen: Set<ItemID> = []
        return ordered.reversed().filter { seen.insert($0.element.item).inserted }.reversed().map(\.element)
    }
}
