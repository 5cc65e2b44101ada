/// Lets one node at a time measure what plans find.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol MeasuringTurn: Sendable {
    /// Runs `body` while no other node runs one.
    ///
    /// A node that is lost meanwhile, or whose connection is, loses its turn: two may then measure, and one stores last.
    ///
    /// - Returns: What `body` returns; `nil`, without running it, while it is another's turn.
    /// - Throws: What `body` throws, or when the store is away.
    func takingTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value?
}
