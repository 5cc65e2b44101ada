/// Where the full vectors lie that rerank.
public enum VectorPlace: String, CaseIterable, Sendable {
    /// In the serving process.
    case memory
    /// In the store: fetched by item, a shortlist at a time.
    case database
    /// In the store, behind a cache of stated size.
    case cache
}

/// Gives full item embeddings, a shortlist at a time.
///
/// Conformers: the product's PostgreSQL store, and a store in memory.
public protocol EmbeddingSource: Sendable {
    /// Fetches embeddings in one round trip.
    ///
    /// - Parameters:
    ///   - items: Whose; each once.
    ///   - generation: The generation that made them.
    ///   - limit: Longest time to wait; `nil` takes the store's own.
    /// - Returns: Those that the store has, in any order; an empty table may have any length of rows.
    /// - Throws: ``StoreAway`` when the store cannot be reached or does not answer in time.
    func embeddings(
        of items: [ItemNumber], generation: GenerationNumber, within limit: Duration?
    ) async throws -> HalfEmbeddings
}
