package import Domain
import Retrieval
import Synchronization
import Towers

extension RecommendationService {
    /// What is to be loaded next, beside requests and changes: a generation to hold, or the towers of one to write for.
    ///
    /// The next ``follow()`` brings what was loaded up to the store, and holds it. One load is under way at a time.
    ///
    /// - Parameter all: Whether to load more than requests cannot do without.
    /// - Returns: The work; `nil` when there is nothing to load now.
    package func nextLoad(amongAll all: Bool = true) -> (@Sendable () async throws -> Void)? {
        let held = held.withLock { $0 }
        let moment = now()
        let begun: (number: GenerationNumber, isHeld: Bool)? = following.withLock { state in
            let wanted = (all ? state.duties.held : state.duties.needed).filter {
                held[$0] == nil && state.loaded[$0] == nil
            }
            let towers = all ? state.writers.filter { $0.value.model == nil }.map(\.key).sorted() : []
            return state.loads.begin(wanted + towers, at: moment).map { ($0, state.duties.held.contains($0)) }
        }
        guard let begun else { return nil }
        // Embeddings of what changed before this place are stored.
        let position = held.active?.position
        return {
            do {
                if begun.isHeld {
                    try await self.loadSnapshot(of: begun.number, since: position)
                } else {
                    try await self.loadTowers(of: begun.number)
                }
                self.following.withLock { $0.loads.end(failed: false, at: self.now()) }
            } catch {
                self.following.withLock { $0.loads.end(failed: true, at: self.now()) }
                throw error
            }
        }
    }

    private func loadSnapshot(of number: GenerationNumber, since position: FeedPosition?) async throws {
        // Beside requests, one thread makes the lists; a node that answers nobody yet takes two.
        let lists = ListPolicy(depth: scanDepth, workers: position == nil ? 2 : 1)
        var snapshot = try await ServingSnapshot.load(
            number, from: ports, keptIn: snapshots, keepsVectors: fetcher == nil, lists: lists)
        // What this node was about to store for it when it was read is made once more.
        let remakes = position != nil && !snapshot.isRestored
        if let position, remakes { snapshot.position = position }
        let loaded = snapshot
        following.withLock { state in
            state.loaded[number] = (loaded, remakes)
            state.positionBefore = state.positionBefore ?? loaded.position
        }
    }

    private func loadTowers(of number: GenerationNumber) async throws {
        let artefact = try await ports.generations.artefact(of: number)
        let model = try await BackgroundThread.run { _ in try TwoTowerModel(decoding: artefact) }
        following.withLock { $0.writers[number]?.model = model }
    }

    /// What went wrong with generations that do not serve, since this was last asked.
    package func takeFaults() -> [GenerationNumber: String] {
        following.withLock { state in
            defer { state.faults = [:] }
            return state.faults
        }
    }
}
