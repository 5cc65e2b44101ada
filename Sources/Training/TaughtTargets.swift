import VectorKernels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What users should be shown, by a teacher: for each user a few items, each with its share.
struct TaughtTargets: Sendable {
    /// For each user where the targets begin, and one past the last.
    private let offsets: [Int]
    private let items: [Int32]
    /// A user's shares add up to 1.
    private let shares: [Float]

    /// Pairs of user and item that the teacher scores at most: of more users as many are drawn.
    private static let mostScores = 6_000_000_000

    /// Asks the teacher.
    ///
    /// - Parameters:
    ///   - set: Whose histories.
    ///   - depth: Items of a user's list that may be targets.
    ///   - sharpness: Power of a score that an item's share grows with.
    ///   - generator: Draws what the teacher leaves to chance.
    ///   - workers: Share the rows.
    init(
        _ set: TrainingSet, depth: Int, sharpness: Float, generator: inout SeededGenerator, workers: MatrixWorkers
    ) {
        let itemCount = set.features.count
        let graph = InteractionGraph(
            set.histories, itemCount: itemCount, generator: &generator, workers: workers)
        let teacher = GraphTeacher(graph, itemCount: itemCount, generator: &generator, workers: workers)
        var readers = set.histories.users.filter { !set.histories.wantedItems(of: $0).isEmpty }
        let most = max(1, Self.mostScores / itemCount)
        if readers.count > most {
            generator.drawToFront(most, of: &readers)
            readers = readers.prefix(most).sorted()
        }
        var (offsets, items, shares): ([Int], [Int32], [Float]) = ([0], [], [])
        let lists = teacher.lists(
            depth, for: readers.map(set.histories.wantedItems),
            leavingOut: readers.map { Array(set.histories.items(of: $0)) })
        for (user, list) in zip(readers, lists) {
            // Users who are not taught have empty stretches.
            while offsets.count <= user { offsets.append(items.count) }
            let weights = list.map { powf($0.score / list[0].score, sharpness) }
            let total = weights.reduce(0, +)
            items.append(contentsOf: list.map { Int32($0.row) })
            shares.append(contentsOf: weights.map { $0 / total })
            offsets.append(items.count)
        }
        while offsets.count <= set.histories.users.count { offsets.append(items.count) }
        (self.offsets, self.items, self.shares) = (offsets, items, shares)
    }

    /// Whether a user is taught anything.
    func isTaught(_ user: Int) -> Bool { offsets[user] < offsets[user + 1] }

    /// A user's targets and their shares; empty for who is not taught.
    func targets(of user: Int) -> [(item: Int32, weight: Float)] {
        (offsets[user]..<offsets[user + 1]).map { (items[$0], shares[$0]) }
    }

    /// Number of users whose targets an item is.
    func counts(itemCount: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: itemCount)
        for item in items { counts[Int(item)] += 1 }
        return counts
    }
}
