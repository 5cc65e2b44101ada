import Domain
import Retrieval
import Synchronization

extension RecommendationService {
    /// Whether a merge is under way, or its index waits to be served.
    package var isMerging: Bool { merges.withLock { $0.values.contains { !$0.isIdle } } }

    /// Merges the rows that came lately into the lists of an index, if there are enough of them: the active generation's
    /// first.
    ///
    /// Requests go on meanwhile, and so do changes; the next ``follow()`` puts the merged index in its place.
    ///
    /// - Returns: The work to do beside them; `nil` when there is none, or a merge is under way.
    package func mergeIfDue() -> (@Sendable () async throws -> Void)? {
        guard let policy = mergePolicy, !isMerging,
            let snapshot = held.withLock({ $0.all }).first(where: { policy.isDue($0.index) })
        else { return nil }
        let (index, generation) = (snapshot.index, snapshot.generation.number)
        guard let number = merges.withLock({ $0[generation, default: IndexMerge()].begin() }) else { return nil }
        return {
            do {
                let merged = try await BackgroundThread.run { shouldStop in try policy.merge(index, shouldStop) }
                self.merges.withLock { $0[generation]?.finish(number, with: merged) }
            } catch {
                self.merges.withLock { $0[generation]?.finish(number, with: nil) }
                throw error
            }
        }
    }
}
