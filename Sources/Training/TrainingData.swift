public import Domain
public import Towers

/// Interactions as columns of indices, with the users and items that they point to.
public struct TrainingData: Sendable {
    /// Users by index.
    public let users: [UserID]
    /// Items by index; all of them get a row in the model, those without interactions too.
    public let items: [ItemContent]
    /// The user of each interaction.
    public let userIndices: [Int32]
    /// The item of each interaction.
    public let itemIndices: [Int32]
    /// When each happened, in any unit; empty when nobody knows.
    public let times: [Int64]
    /// How much each counts as a target, those of a pair together; empty when all count alike.
    public let weights: [Float]

    /// Takes columns.
    ///
    /// - Throws: ``TrainingError`` when a column's length or an index does not fit, or an item stands twice.
    public init(
        users: [UserID], items: [ItemContent], userIndices: [Int32], itemIndices: [Int32], times: [Int64] = [],
        weights: [Float] = []
    ) throws(TrainingError) {
        let count = userIndices.count
        guard itemIndices.count == count else {
            throw .unevenColumns(what: "items", found: itemIndices.count, expected: count)
        }
        guard times.isEmpty || times.count == count else {
            throw .unevenColumns(what: "times", found: times.count, expected: count)
        }
        guard weights.isEmpty || weights.count == count else {
            throw .unevenColumns(what: "weights", found: weights.count, expected: count)
        }
        if let bad = weights.first(where: { !($0 >= 0 && $0.isFinite) }) {
            throw .badSetting(name: "An interaction's weight", value: "\(bad)", allowed: "a number from 0 up")
        }
        if let bad = userIndices.first(where: { $0 < 0 || Int($0) >= users.count }) {
            throw .indexOutOfRange(what: "user", index: Int(bad), count: users.count)
        }
        if let bad = itemIndices.first(where: { $0 < 0 || Int($0) >= items.count }) {
            throw .indexOutOfRange(what: "item", index: Int(bad), count: items.count)
        }
        var seen: Set<ItemID> = []
        if let twice = items.first(where: { !seen.insert($0.id).inserted }) { throw .duplicateItem(twice.id.text) }
        self.users = users
        self.items = items
        self.userIndices = userIndices
        self.itemIndices = itemIndices
        self.times = times
        // Nothing but how weights compare has a meaning.
        let areAlike = weights.allSatisfy { $0 == weights[0] && $0 > 0 }
        self.weights = areAlike ? [] : weights
    }

    /// Numbers the users and items of interactions in the order of their first appearance, catalogue items first.
    ///
    /// Times are kept when any interaction has one.
    ///
    /// - Parameters:
    ///   - interactions: What users did.
    ///   - items: The catalogue; items that it does not name are known by id alone.
    ///   - weights: What a user's interactions with an item count.
    /// - Throws: ``TrainingError/duplicateItem(_:)``.
    public init(
        interactions: some Sequence<Interaction>, items: [ItemContent], weighing weights: InteractionWeights = .standard
    ) throws(TrainingError) {
        var catalogue = items
        var itemRows = Dictionary(items.enumerated().map { ($1.id, Int32($0)) }) { first, _ in first }
        var users: [UserID] = []
        var userRows: [UserID: Int32] = [:]
        var columns: (users: [Int32], items: [Int32], times: [Int64]) = ([], [], [])
        var signals = InteractionSignals()
        for interaction in interactions {
            if userRows[interaction.user] == nil {
                userRows[interaction.user] = Int32(users.count)
                users.append(interaction.user)
            }
            if itemRows[interaction.item] == nil {
                itemRows[interaction.item] = Int32(catalogue.count)
                catalogue.append(ItemContent(id: interaction.item))
            }
            columns.users.append(userRows[interaction.user, default: 0])
            columns.items.append(itemRows[interaction.item, default: 0])
            columns.times.append(interaction.timestamp.microseconds)
            signals.append(kind: interaction.kind, value: interaction.value)
        }
        let isTimed = columns.times.contains { $0 != Timestamp.epoch.microseconds }
        try self.init(
            users: users, items: catalogue, userIndices: columns.users, itemIndices: columns.items,
            times: isTimed ? columns.times : [],
            weights: signals.weights(
                weights, users: columns.users, items: columns.items, times: columns.times, userCount: users.count))
    }
}
