import Domain

extension ServingSnapshot {
    /// The snapshot of a generation as the store has it now: the one kept in a folder with what changed since, or else all
    /// of it from the store.
    ///
    /// - Returns: The snapshot, and the embeddings that the item tower made of items that had none.
    static func load(
        _ generation: GenerationNumber, from ports: RecommendationService.Ports, keptIn folder: SnapshotFolder?,
        keepsVectors: Bool
    ) async throws -> (snapshot: ServingSnapshot, made: HalfEmbeddings) {
        if let folder {
            let head = try await ports.generations.head(of: generation)
            if let kept = folder.snapshot(of: head, keepsVectors: keepsVectors) {
                let (changes, position) = try await ports.feed.changes(after: kept.position)
                let (snapshot, made, _) = try kept.applying(changes, position: position)
                return (snapshot, made)
            }
        }
        return try await ports.generations.load(generation) { published in
            try SnapshotBuilder(published, keepsVectors: keepsVectors)
        } add: { builder, item, embedding in
            try builder.append(item, embedding: embedding)
        }.finish()
    }
}
