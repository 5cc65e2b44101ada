/// Keeps what users did.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol EventStore: Sendable {
    /// Stores interactions; returns when they are durable.
    ///
    /// Users and items not known yet are created. An interaction that is stored already is left as it is.
    ///
    /// - Returns: How many were new.
    func append(_ interactions: [Interaction]) async throws -> Int
}
