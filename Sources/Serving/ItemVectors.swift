public import Domain

/// Where a service has its items' full vectors from.
public enum ItemVectors: Sendable {
    /// All are loaded with the generation.
    case memory
    /// A shortlist's are fetched, in one round trip.
    case database(any EmbeddingSource)
    /// A shortlist's are fetched as far as a cache of `byteCount` bytes does not have them.
    case cache(any EmbeddingSource, byteCount: Int)

    /// What fetches them; `nil` when they are in memory.
    var fetcher: VectorFetcher? {
        switch self {
        case .memory: nil
        case .database(let source): VectorFetcher(source: source, cache: nil)
        case .cache(let source, let byteCount):
            VectorFetcher(source: source, cache: EmbeddingCache(byteCount: byteCount))
        }
    }
}
