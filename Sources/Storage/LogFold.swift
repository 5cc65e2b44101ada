import Domain

/// Folds rows of events by user, item and kind into a log, a user at a time.
struct LogFold {
    private var log: InteractionLog
    private let weights: InteractionWeights
    private let positions: [ItemNumber: Int32]
    /// The user under way and the items met, in the order of their numbers.
    private var user: Int32?
    private var items: [ItemNumber] = []
    private var signals: [ItemSignals] = []

    /// Prepares a log of users and items without interactions.
    init(_ log: InteractionLog, weights: InteractionWeights) {
        self.log = log
        self.weights = weights
        positions = Dictionary(uniqueKeysWithValues: log.items.enumerated().map { ($1.number, Int32($0)) })
    }

    /// Takes events of one user, item and kind; they come by user, then item.
    mutating func add(
        _ count: Int, of kind: String, user: Int32, item: ItemNumber, latest: Timestamp, value: Float?
    ) {
        if user != self.user {
            endUser()
            self.user = user
        }
        if item != items.last {
            items.append(item)
            signals.append(ItemSignals())
        }
        weights.add(count, of: kind, latest: latest, value: value, to: &signals[signals.count - 1])
    }

    /// The log of all that was added.
    consuming func finish() -> InteractionLog {
        endUser()
        return log
    }

    /// Appends the user's items by time, equal times by number; those that the catalogue lacks are left out.
    private mutating func endUser() {
        guard let user else { return }
        let weighed = weights.weights(of: signals)
        let byTime = signals.indices.sorted { (signals[$0].latest, $0) < (signals[$1].latest, $1) }
        for row in byTime {
            guard let item = positions[items[row]] else { continue }
            log.append(
                user: user, item: item, timestamp: signals[row].latest.microseconds, weight: weighed[row])
        }
        items.removeAll(keepingCapacity: true)
        signals.removeAll(keepingCapacity: true)
    }
}
