/// What each user did, as rows of the vocabulary; each item once a user.
struct UserHistories: Sendable {
    private var offsets: [Int]
    private var rows: [Int32]
    private var weights: [Float]

    /// Indices of all users.
    var users: Range<Int> { 0..<offsets.count - 1 }

    /// Interactions of all users.
    var count: Int { rows.count }

    /// A user's items; oldest first when the data has an order.
    func items(of user: Int) -> ArraySlice<Int32> { rows[offsets[user]..<offsets[user + 1]] }

    /// How much each of a user's items counts as a target.
    func weights(of user: Int) -> ArraySlice<Float> { weights[offsets[user]..<offsets[user + 1]] }

    /// A user's items that weigh more than 0.
    func wantedItems(of user: Int) -> [Int32] {
        zip(items(of: user), weights(of: user)).compactMap { $1 > 0 ? $0 : nil }
    }

    /// Groups interactions by user.
    ///
    /// Of an item that a user met more than once the latest counts, with the weights' sum.
    init(_ data: TrainingData, itemRows: [Int32], isOrdered: Bool) {
        var perUser = [[Int32]](repeating: [], count: data.users.count)
        for (index, user) in data.userIndices.enumerated() { perUser[Int(user)].append(Int32(index)) }
        offsets = [0]
        rows = []
        weights = []
        for var events in perUser {
            if isOrdered && !data.times.isEmpty {
                events.sort { (data.times[Int($0)], $0) < (data.times[Int($1)], $1) }
            }
            var total: [Int32: Float] = [:]
            for event in events {
                let weight = data.weights.isEmpty ? 1 : data.weights[Int(event)]
                total[itemRows[Int(data.itemIndices[Int(event)])], default: 0] += weight
            }
            var latestFirst: [(row: Int32, weight: Float)] = []
            for event in events.reversed() {
                let row = itemRows[Int(data.itemIndices[Int(event)])]
                guard let weight = total.removeValue(forKey: row) else { continue }
                latestFirst.append((row, data.weights.isEmpty ? 1 : weight))
            }
            for entry in latestFirst.reversed() {
                rows.append(entry.row)
                weights.append(entry.weight)
            }
            offsets.append(rows.count)
        }
    }

    /// Takes some items from a share of the users who have five or more: a fifth at random, or the last tenth in time.
    func holdingOut(
        share: Double, isOrdered: Bool, generator: inout SeededGenerator
    ) -> (kept: UserHistories, heldOut: [TrainingSet.HeldOutItems]) {
        var eligible = users.filter { items(of: $0).count >= 5 }
        let wanted = min(Int((Double(eligible.count) * share).rounded(.up)), 4_000)
        generator.drawToFront(wanted, of: &eligible)
        let chosen = Set(eligible.prefix(wanted))
        guard !chosen.isEmpty else { return (self, []) }

        var kept = self
        kept.offsets = [0]
        kept.rows = []
        kept.weights = []
        var heldOut: [TrainingSet.HeldOutItems] = []
        for user in users {
            let range = offsets[user]..<offsets[user + 1]
            var positions = Array(range)
            if chosen.contains(user) {
                let count = isOrdered ? max(1, range.count / 10) : max(1, range.count / 5)
                if !isOrdered { generator.drawToFront(range.count, of: &positions) }
                let wanted = positions.suffix(count).filter { weights[$0] > 0 }.map { rows[$0] }
                if !wanted.isEmpty { heldOut.append(.init(user: user, items: wanted.sorted())) }
                positions.removeLast(count)
                positions.sort()
            }
            kept.rows.append(contentsOf: positions.map { rows[$0] })
            kept.weights.append(contentsOf: positions.map { weights[$0] })
            kept.offsets.append(kept.rows.count)
        }
        return (kept, heldOut)
    }
}
