import Domain
import Ranking
import Retrieval
import Synchronization

extension ServingSnapshot {
    /// The snapshot of a generation as the store has it now: the one kept in a folder with what changed since, or else all
    /// of it from the store.
    ///
    /// - Parameters:
    ///   - generation: The generation.
    ///   - ports: The store.
    ///   - folder: Where it may be kept.
    ///   - keepsVectors: Whether full vectors are to be in memory.
    ///   - lists: How rows are grouped into lists, and how much of each is kept. What is kept in a file at another depth is cut
    ///     anew from its full vectors, without the store or a model.
    /// - Returns: The snapshot, with the embeddings that the item tower made of items that had none.
    /// - Throws: When the store is away, or what it has of the generation is damaged.
    static func load(
        _ generation: GenerationNumber, from ports: RecommendationService.Ports, keptIn folder: SnapshotFolder?,
        keepsVectors: Bool, lists: ListPolicy = ListPolicy()
    ) async throws -> ServingSnapshot {
        if let folder {
            let head = try await ports.generations.head(of: generation)
            let kept = try await BackgroundThread.run { _ in
                folder.snapshot(of: head, keepsVectors: keepsVectors)?.rebuilt(depth: lists.depth)
            }
            if let kept {
                let (changes, position) = try await ports.feed.changes(after: kept.position)
                return try kept.applying(changes, position: position).snapshot
            }
        }
        let filled = FilledBuilder(
            try await ports.generations.load(generation) { published in
                try SnapshotBuilder(published, keepsVectors: keepsVectors, lists: lists)
            } add: { builder, item, embedding in
                try builder.append(item, embedding: embedding)
            })
        // Lists take seconds of all that a core can do.
        guard let snapshot = try await BackgroundThread.run({ _ in filled.finish() }) else {
            preconditionFailure("A builder was finished twice.")
        }
        return snapshot
    }
}

/// A builder on its way to the thread that ends the building.
private final class FilledBuilder: Sendable {
    private let builder: Mutex<SnapshotBuilder?>

    init(_ builder: consuming sending SnapshotBuilder) {
        self.builder = Mutex(builder)
    }

    func finish() -> ServingSnapshot? {
        builder.withLock { $0.take() }?.finish()
    }
}

extension ServingSnapshot {
    /// The snapshot with the prefixes up to another rung ready to be scanned.
    ///
    /// - Parameter depth: Longest prefix, in dimensions; `nil` leaves it as it is.
    /// - Returns: `nil` where that takes vectors that are not in memory.
    package func rebuilt(depth: Int?) -> ServingSnapshot? {
        guard let depth, generation.ladder.longest(atMost: depth) != index.depth else { return self }
        guard keepsVectors else { return nil }
        var next = self
        next.index = index.rebuilt(depth: depth) { vectors.embedding(ofRow: $0) }
        next.isRestored = false
        return next
    }
}
