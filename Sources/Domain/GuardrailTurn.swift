/// Lets one node at a time look at the guardrails of experiments.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol GuardrailTurn: Sendable {
    /// Runs `body` while no other node runs one.
    ///
    /// - Returns: What `body` returns; `nil`, without running it, while it is another's turn.
    /// - Throws: What `body` throws, or when the store is away.
    func takingGuardrailTurn<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value?
}
