import Domain
import Towers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What training reads: users' histories over the items that have any, and a part held out to choose the best epoch by.
struct TrainingSet: Sendable {
    let vocabulary: FeatureVocabulary
    /// Features of the vocabulary's items, by row.
    let features: [ItemFeatures]
    let users: [UserID]
    /// What each user did; in time order when it carries meaning.
    let histories: UserHistories
    let isOrdered: Bool
    /// Users with held-out items.
    let validation: [HeldOutItems]

    /// What one user did that training does not see.
    struct HeldOutItems: Hashable, Sendable {
        let user: Int
        /// Rows in the vocabulary, ascending.
        let items: [Int32]
    }

    init(
        _ data: TrainingData, validation given: [[Int32]] = [], _ configuration: TrainingConfiguration,
        generator: inout SeededGenerator
    ) throws(TrainingError) {
        guard !data.userIndices.isEmpty else { throw .noInteractions }
        isOrdered = configuration.isOrdered ?? !data.times.isEmpty
        var isTrained = [Bool](repeating: false, count: data.items.count)
        for item in data.itemIndices { isTrained[Int(item)] = true }
        let trained = data.items.indices.filter { isTrained[$0] }
        guard trained.count > 1 else { throw .tooFewItems(trained.count) }
        var rows = [Int32](repeating: -1, count: data.items.count)
        for (row, item) in trained.enumerated() { rows[item] = Int32(row) }

        let all = UserHistories(data, itemRows: rows, isOrdered: isOrdered)
        let histories: UserHistories
        if given.contains(where: { !$0.isEmpty }) {
            histories = all
            validation = given.enumerated().compactMap { user, items in
                let known = items.map { rows[Int($0)] }.filter { $0 >= 0 }
                return known.isEmpty ? nil : HeldOutItems(user: user, items: Array(Set(known)).sorted())
            }
        } else {
            (histories, validation) = all.holdingOut(
                share: configuration.validationShare, isOrdered: isOrdered, generator: &generator)
        }
        guard histories.users.contains(where: { histories.items(of: $0).count > 1 }) else { throw .noUserWithTwoItems }
        guard histories.users.contains(where: { histories.weights(of: $0).contains { $0 > 0 } }) else {
            throw .nothingWanted
        }

        self.histories = histories
        let contents = trained.map { data.items[$0] }
        let vocabulary = try Self.vocabulary(of: contents)
        self.vocabulary = vocabulary
        features = contents.map(vocabulary.features(of:))
        users = data.users
    }

    /// What each item's vector is multiplied by in a history: its frequency, with the mean for 1, to the power of minus
    /// `exponent`.
    func historyWeights(exponent: Float) -> [Float] {
        var counts = [Float](repeating: 0, count: features.count)
        for user in histories.users { for item in histories.items(of: user) { counts[Int(item)] += 1 } }
        let mean = counts.reduce(0, +) / Float(counts.count)
        return counts.map { powf(max($0, 1) / mean, -exponent) }
    }

    /// Items in their order, categories in the order of first appearance, and about two buckets for each distinct title word.
    private static func vocabulary(of contents: [ItemContent]) throws(TrainingError) -> FeatureVocabulary {
        let (categories, buckets) = contentParts(of: contents)
        let vocabulary = FeatureVocabulary(items: contents.map(\.id), categories: categories, wordBuckets: buckets)
        guard let vocabulary else { throw .duplicateItem("of the catalogue") }
        return vocabulary
    }

    /// Rows that the content of items takes, beside the items' own.
    static func contentRows(of contents: [ItemContent]) -> Int {
        let (categories, buckets) = contentParts(of: contents)
        return categories.count + buckets
    }

    private static func contentParts(of contents: [ItemContent]) -> (categories: [String], wordBuckets: Int) {
        var categories: [String] = []
        var seen: Set<[UInt8]> = []
        var words: Set<String> = []
        for content in contents {
            for category in content.categories where seen.insert(Array(category.utf8)).inserted {
                categories.append(category)
            }
            words.formUnion(TitleWords.words(of: content.title))
        }
        var buckets = words.isEmpty ? 0 : 256
        while buckets > 0 && buckets < 2 * words.count && buckets < 1 << 16 { buckets *= 2 }
        return (categories, buckets)
    }
}
