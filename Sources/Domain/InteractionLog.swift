/// The stored history that a model is trained on: flat columns over numbered users and items.
///
/// Interactions are ordered by user, then time; equal times in the order of the store.
public struct InteractionLog: Sendable {
    /// Users, by position.
    public var users: [(number: UserNumber, id: UserID)]
    /// Items, by position; deleted ones are left out.
    public var items: [StoredItem]
    /// Position in ``users`` of each interaction's user.
    public var userPositions: [Int32]
    /// Position in ``items`` of each interaction's item.
    public var itemPositions: [Int32]
    /// Microseconds since 1970, one an interaction.
    public var timestamps: [Int64]
    /// How much each interaction counts as something to recommend, 0 or more, one an interaction.
    public var weights: [Float]

    /// Number of interactions.
    public var count: Int { userPositions.count }

    public init(
        users: [(number: UserNumber, id: UserID)] = [], items: [StoredItem] = [], userPositions: [Int32] = [],
        itemPositions: [Int32] = [], timestamps: [Int64] = [], weights: [Float] = []
    ) {
        self.users = users
        self.items = items
        self.userPositions = userPositions
        self.itemPositions = itemPositions
        self.timestamps = timestamps
        self.weights = weights
    }

    /// Adds an interaction; it must come in the log's order.
    public mutating func append(user: Int32, item: Int32, timestamp: Int64, weight: Float = 1) {
        userPositions.append(user)
        itemPositions.append(item)
        timestamps.append(timestamp)
        weights.append(weight)
    }
}

/// Reads what training needs.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol InteractionLogSource: Sendable {
    /// The log, consistent with one moment of the store.
    ///
    /// - Parameters:
    ///   - cut: Only interactions before it are read, and only users who have any; `nil` for all.
    ///   - weights: What the events of a user and an item count.
    /// - Returns: Interactions by user, then time; each pair of user and item once, at its last event.
    /// - Throws: When the store is away.
    func interactionLog(before cut: Timestamp?, weighing weights: InteractionWeights) async throws -> InteractionLog
}

extension InteractionLogSource {
    /// The whole log, consistent with one moment of the store.
    public func interactionLog() async throws -> InteractionLog { try await interactionLog(before: nil) }

    /// The log with the weights that ship with Linden.
    public func interactionLog(before cut: Timestamp?) async throws -> InteractionLog {
        try await interactionLog(before: cut, weighing: .standard)
    }
}
