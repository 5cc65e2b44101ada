import Domain

/// Kinds and values of interactions, in their order: what their weights are made of.
struct InteractionSignals {
    private var kinds: [String] = []
    private var values: [Float?] = []

    mutating func append(kind: String, value: Float?) {
        kinds.append(kind)
        values.append(value)
    }

    /// Weighs interactions, all of a user's with an item together; the last of them bears the weight, the others 0.
    ///
    /// The same user, item, kind and time again is the same interaction again, as in the store.
    ///
    /// - Parameters:
    ///   - policy: What they count.
    ///   - users: The user of each.
    ///   - items: The item of each.
    ///   - times: The time of each, in microseconds since 1970.
    ///   - userCount: Number of users.
    /// - Returns: A weight for each, 0 or more.
    func weights(
        _ policy: InteractionWeights, users: [Int32], items: [Int32], times: [Int64], userCount: Int
    ) -> [Float] {
        guard policy != .uniform else { return [] }
        var perUser = [[Int]](repeating: [], count: userCount)
        for (event, user) in users.enumerated() { perUser[Int(user)].append(event) }
        var weights = [Float](repeating: 0, count: users.count)
        for var events in perUser {
            func key(_ event: Int) -> (Int32, Int64, String) { (items[event], times[event], kinds[event]) }
            events.sort { key($0) == key($1) ? $0 < $1 : key($0) < key($1) }
            var signals: [ItemSignals] = []
            var lastOfItem: [Int] = []
            var previous: Int?
            for event in events {
                let repeats = previous.map { key($0) == key(event) } ?? false
                if previous.map({ items[$0] }) != items[event] {
                    signals.append(ItemSignals())
                    lastOfItem.append(event)
                }
                lastOfItem[lastOfItem.count - 1] = event
                policy.add(
                    repeats ? 0 : 1, of: kinds[event], latest: Timestamp(microseconds: times[event]),
                    value: values[event], to: &signals[signals.count - 1])
                previous = event
            }
            for (event, weight) in zip(lastOfItem, policy.weights(of: signals)) { weights[event] = weight }
        }
        return weights
    }
}
