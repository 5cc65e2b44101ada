import Domain

extension RecommendationService {
    /// Brings the snapshot up to the store: loads the active generation if it is another, else applies what changed.
    ///
    /// Embeddings that the item tower made on the way are stored, so that the next node finds them; each node makes the
    /// same.
    ///
    /// - Returns: Whether anything was new.
    @discardableResult
    public func refresh() async throws -> Bool {
        guard let active = try await ports.generations.activeGeneration() else { return false }
        guard let snapshot = current, snapshot.generation.number == active else {
            let (snapshot, made) = try await ServingSnapshot.load(active, from: ports, keptIn: snapshots)
            try await keep(made, of: active)
            install(snapshot)
            return true
        }
        let (changes, position) = try await ports.feed.changes(after: snapshot.position)
        guard !changes.isEmpty || position != snapshot.position else { return false }
        let (next, made) = try snapshot.applying(changes, position: position)
        try await keep(made, of: active)
        install(next)
        return !changes.isEmpty
    }

    private func keep(_ embeddings: HalfEmbeddings, of generation: GenerationNumber) async throws {
        guard embeddings.count > 0 else { return }
        try await ports.generations.store(itemEmbeddings: embeddings, generation: generation)
    }
}
