/// What the store knows of a user at the moment of a request.
public struct UserState: Sendable {
    /// Items of the user's events, each once, oldest first.
    public let seen: [ItemNumber]
    /// The user's stored embedding in the generation asked for: `dimensions` half-precision bit patterns.
    public let embedding: [UInt16]?
    /// Whether events came after the stored embedding was made.
    public let hasNewerEvents: Bool

    public init(seen: [ItemNumber], embedding: [UInt16]?, hasNewerEvents: Bool) {
        self.seen = seen
        self.embedding = embedding
        self.hasNewerEvents = hasNewerEvents
    }
}

/// Answers what a request needs of its user, in one round trip.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol UserStateStore: Sendable {
    /// Fetches a user's state.
    ///
    /// - Parameters:
    ///   - user: Whose.
    ///   - generation: The generation whose embedding is wanted.
    ///   - seenLimit: Most recent items returned at most.
    /// - Returns: The state, or `nil` when the store has no such user.
    /// - Throws: The store's error when it cannot be reached.
    func state(of user: UserID, generation: GenerationNumber, seenLimit: Int) async throws -> UserState?
}
