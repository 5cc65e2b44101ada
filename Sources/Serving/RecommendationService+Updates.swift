import Domain
import Retrieval
import Synchronization

extension RecommendationService {
    /// Brings the snapshot up to the store: loads the active generation if it is another, else applies what changed.
    ///
    /// Requests are answered from the new snapshot before the embeddings that the item tower made for it are stored, so
    /// that the next node finds them. Until they could be, they are kept, and stored with the next ones; each node makes
    /// the same. Only one call may be under way at a time.
    ///
    /// - Returns: Whether anything was new.
    @discardableResult
    public func refresh() async throws -> Bool {
        guard let active = try await ports.generations.activeGeneration() else { return false }
        guard let snapshot = current, snapshot.generation.number == active else {
            let (snapshot, made) = try await ServingSnapshot.load(
                active, from: ports, keptIn: snapshots, keepsVectors: fetcher == nil)
            merge.withLock { $0.abandon() }
            install(snapshot)
            unstored.withLock { $0 = UnstoredEmbeddings(made) }
            try await storeEmbeddings(of: active)
            return true
        }
        let (changes, position) = try await ports.feed.changes(after: snapshot.position)
        let isMerged = try apply(changes, position: position, to: snapshot)
        try await storeEmbeddings(of: active)
        return isMerged || !changes.isEmpty
    }

    /// Puts the snapshot after some changes in the place of the one before, over a merged index if one is ready.
    ///
    /// - Returns: Whether one was.
    private func apply(
        _ changes: [ItemChange], position: FeedPosition, to snapshot: ServingSnapshot
    ) throws -> Bool {
        var base = snapshot
        let merged = merge.withLock { $0.take() }
        if let merged { base.index = try merged.index.applying(merged.missed) }
        guard merged != nil || !changes.isEmpty || position != snapshot.position else { return false }
        let (next, made, indexChanges) = try base.applying(changes, position: position)
        merge.withLock { $0.note(indexChanges) }
        unstored.withLock { $0.append(made) }
        install(next)
        return merged != nil
    }

    private func storeEmbeddings(of generation: GenerationNumber) async throws {
        guard let made = unstored.withLock({ $0.table }) else { return }
        try await ports.generations.store(itemEmbeddings: made, generation: generation)
        fetcher?.cache?.remove(made.numbers)
        unstored.withLock { $0 = UnstoredEmbeddings() }
    }

    /// Whether a merge is under way, or its index waits to be served.
    package var isMerging: Bool { !merge.withLock { $0.isIdle } }

    /// Merges the rows that came lately into the index's lists, if there are enough of them.
    ///
    /// Requests go on meanwhile, and so do changes; the next ``refresh()`` puts the merged index in its place.
    ///
    /// - Returns: The work to do beside them; `nil` when there is none, or a merge is under way.
    package func mergeIfDue() -> (@Sendable () async throws -> Void)? {
        guard let policy = mergePolicy, let index = current?.index, policy.isDue(index),
            let number = merge.withLock({ $0.begin() })
        else { return nil }
        return {
            do {
                let merged = try await BackgroundThread.run { shouldStop in try policy.merge(index, shouldStop) }
                self.merge.withLock { $0.finish(number, with: merged) }
            } catch {
                self.merge.withLock { $0.finish(number, with: nil) }
                throw error
            }
        }
    }
}
