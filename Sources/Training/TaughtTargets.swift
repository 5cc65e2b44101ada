import VectorKernels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What users should be shown, by a teacher: for each user a few items, each with its chance to be the target of a step.
struct TaughtTargets: Sendable {
    /// Users with targets, ascending.
    let users: [Int32]
    private let offsets: [Int]
    private let items: [Int32]
    /// Sums of the chances up to and with each target; the last of a user is 1.
    private let sums: [Float]

    /// Pairs of user and item that the teacher scores at most: of more users as many are drawn.
    private static let mostScores = 6_000_000_000

    /// Asks the teacher.
    ///
    /// - Parameters:
    ///   - set: Whose histories.
    ///   - depth: Items of a user's list that may be targets.
    ///   - sharpness: Power of a score that an item's chance grows with.
    ///   - generator: Draws what the teacher leaves to chance.
    ///   - workers: Share the rows.
    init(
        _ set: TrainingSet, depth: Int, sharpness: Float, generator: inout SeededGenerator, workers: MatrixWorkers
    ) {
        let itemCount = set.features.count
        let graph = InteractionGraph(
            set.histories, itemCount: itemCount, generator: &generator, workers: workers)
        let teacher = GraphTeacher(graph, itemCount: itemCount, generator: &generator, workers: workers)
        var readers = set.histories.users.filter { !set.histories.items(of: $0).isEmpty }
        let most = max(1, Self.mostScores / itemCount)
        if readers.count > most {
            generator.drawToFront(most, of: &readers)
            readers = readers.prefix(most).sorted()
        }
        var (users, offsets, items, sums): ([Int32], [Int], [Int32], [Float]) = ([], [0], [], [])
        let lists = teacher.lists(depth, for: readers.map { Array(set.histories.items(of: $0)) })
        for (user, list) in zip(readers, lists) {
            guard let best = list.first else { continue }
            let weights = list.map { powf($0.score / best.score, sharpness) }
            let total = weights.reduce(0, +)
            var sum: Float = 0
            for (entry, weight) in zip(list, weights) {
                sum += weight / total
                items.append(Int32(entry.row))
                sums.append(sum)
            }
            sums[sums.count - 1] = 1
            users.append(Int32(user))
            offsets.append(items.count)
        }
        (self.users, self.offsets, self.items, self.sums) = (users, offsets, items, sums)
    }

    /// Where a user is in ``users``, if there.
    func index(of user: Int32) -> Int? {
        var (low, high) = (0, users.count)
        while low < high {
            let middle = (low + high) / 2
            if users[middle] < user { low = middle + 1 } else { high = middle }
        }
        return low < users.count && users[low] == user ? low : nil
    }

    /// Draws targets of the user at `index` in ``users``: each item once, with the number of draws that it won.
    func draw(_ count: Int, of index: Int, _ generator: inout SeededGenerator) -> [(item: Int32, weight: Float)] {
        let range = offsets[index]..<offsets[index + 1]
        var won = [Float](repeating: 0, count: range.count)
        for _ in 0..<count {
            let chance = generator.unit()
            var (low, high) = (range.lowerBound, range.upperBound - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] > chance { high = middle } else { low = middle + 1 }
            }
            won[low - range.lowerBound] += 1
        }
        return won.indices.filter { won[$0] > 0 }.map { (items[range.lowerBound + $0], won[$0]) }
    }

    /// How often each item is drawn when every user draws once, on average.
    func expectedDraws(itemCount: Int) -> [Double] {
        var draws = [Double](repeating: 0, count: itemCount)
        for index in users.indices {
            var before: Float = 0
            for at in offsets[index]..<offsets[index + 1] {
                draws[Int(items[at])] += Double(sums[at] - before)
                before = sums[at]
            }
        }
        return draws
    }
}
