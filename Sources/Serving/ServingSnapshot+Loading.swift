import Domain
import Synchronization

extension ServingSnapshot {
    /// The snapshot of a generation as the store has it now: the one kept in a folder with what changed since, or else all
    /// of it from the store.
    ///
    /// - Returns: The snapshot, with the embeddings that the item tower made of items that had none.
    static func load(
        _ generation: GenerationNumber, from ports: RecommendationService.Ports, keptIn folder: SnapshotFolder?,
        keepsVectors: Bool
    ) async throws -> ServingSnapshot {
        if let folder {
            let head = try await ports.generations.head(of: generation)
            let kept = try await BackgroundThread.run { _ in folder.snapshot(of: head, keepsVectors: keepsVectors) }
            if let kept {
                let (changes, position) = try await ports.feed.changes(after: kept.position)
                return try kept.applying(changes, position: position).snapshot
            }
        }
        let filled = FilledBuilder(
            try await ports.generations.load(generation) { published in
                try SnapshotBuilder(published, keepsVectors: keepsVectors)
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
