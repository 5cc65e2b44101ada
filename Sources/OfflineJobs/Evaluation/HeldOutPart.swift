import Domain

/// Held-out interactions by a training set's indices, and what of them could not be judged.
public struct HeldOutPart: Hashable, Sendable {
    /// Interactions given.
    public private(set) var given = 0
    /// Those left out because training knows nothing of the user.
    public private(set) var unknownUsers = 0
    /// Those left out because neither training nor the catalogue has the item.
    public private(set) var unknownItems = 0
    /// Those left out because the user already met the item before: rankings leave such items out, so none could find them.
    public private(set) var alreadyKnown = 0
    /// Those left out because the same pair stands before them.
    public private(set) var repeated = 0
    /// The first of the ids that training does not know, at most three.
    public private(set) var unknownExamples: [String] = []

    /// The items to find, by user index; none twice.
    private(set) var wanted: [[Int32]]
    /// The interactions that are left.
    private(set) var kept: [Interaction] = []

    /// Looks up interactions.
    ///
    /// - Parameters:
    ///   - interactions: Those held out.
    ///   - index: Where users and items stand.
    ///   - known: What each user is known to have met.
    init(_ interactions: [Interaction], index: EvaluationIndex, known: [Set<Int32>]) {
        wanted = [[Int32]](repeating: [], count: known.count)
        given = interactions.count
        var examples: Set<String> = []
        var pairs = known
        for interaction in interactions {
            guard let user = index.users[interaction.user] else {
                unknownUsers += 1
                examples.insert("user \(interaction.user)")
                continue
            }
            guard let item = index.items[interaction.item] else {
                unknownItems += 1
                examples.insert("item \(interaction.item)")
                continue
            }
            guard pairs[user].insert(item).inserted else {
                if known[user].contains(item) { alreadyKnown += 1 } else { repeated += 1 }
                continue
            }
            wanted[user].append(item)
            kept.append(interaction)
        }
        unknownExamples = Array(examples.sorted().prefix(3))
    }

    /// One sentence on what was left out and why, or none.
    ///
    /// - Parameter part: What the interactions are called: `test`.
    /// - Returns: The sentence, if anything was left out.
    func notes(_ part: String) -> [String] {
        let examples = unknownExamples.isEmpty ? "" : " (such as \(unknownExamples.joined(separator: ", ")))"
        let kinds = [
            (unknownUsers, "of users that training does not have"),
            (unknownItems, "with items that neither training nor the catalogue has"),
            (alreadyKnown, "with items that the user met before, which rankings leave out"),
            (repeated, "that stand there twice"),
        ]
        let reasons = kinds.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        guard !reasons.isEmpty else { return [] }
        return ["Left out of \(given) \(part) interactions: \(reasons.joined(separator: "; "))\(examples)."]
    }
}
