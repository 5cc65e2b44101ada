public import Domain

/// All that a store hands on of a generation.
public struct LoadedGeneration: Sendable {
    public let published: PublishedGeneration
    public var items: [StoredItem] = []
    /// As many as items.
    public var embeddings: [[UInt16]?] = []
}

extension GenerationStore {
    /// Loads a generation whole.
    public func loaded(_ generation: GenerationNumber) async throws -> LoadedGeneration {
        try await load(generation) {
            LoadedGeneration(published: $0)
        } add: { loaded, item, embedding in
            loaded.items.append(item)
            loaded.embeddings.append(embedding)
        }
    }
}
