/// Keeps items and users as callers describe them.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol CatalogueStore: Sendable {
    /// Creates or replaces items; returns when they are durable.
    func upsert(_ items: [CatalogueItem]) async throws
    /// Takes an item out of the catalogue; its events stay.
    ///
    /// - Returns: Whether there was such an item.
    func delete(item: ItemID) async throws -> Bool
    /// Creates or replaces users; returns when they are durable.
    func upsert(_ users: [CatalogueUser]) async throws
    /// Forgets a user: attributes, events and embeddings.
    ///
    /// - Returns: Whether there was such a user.
    func delete(user: UserID) async throws -> Bool
}
