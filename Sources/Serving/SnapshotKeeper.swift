import Dispatch
package import Domain
public import Logging
public import ServiceLifecycle
import SnapshotFiles
import Synchronization

/// Writes the snapshots that a service holds into its folder, for as long as the program runs, so that the next start is a
/// quick one.
///
/// A new generation is written at once; later, what has changed is written at an interval: a file that is some minutes old
/// is brought up to date by the feed. Requests do not wait for the writing, which has a thread of its own.
public struct SnapshotKeeper: Service {
    private let service: RecommendationService
    private let interval: Duration
    private let logger: Logger
    private let queue = DispatchQueue(label: "linden.snapshot", qos: .utility)

    /// Creates a keeper.
    ///
    /// - Parameters:
    ///   - service: Whose snapshot; without a folder there is nothing to do.
    ///   - interval: Time between two writings of one generation.
    ///   - logger: Told of each writing, and of those that failed.
    public init(service: RecommendationService, interval: Duration = .seconds(300), logger: Logger) {
        self.service = service
        self.interval = interval
        self.logger = logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            var schedule = SnapshotSchedule(interval: interval)
            while !Task.isCancelled {
                await write(&schedule)
                do { try await Task.sleep(for: .seconds(1)) } catch { return }
            }
        }
    }

    private func write(_ schedule: inout SnapshotSchedule) async {
        guard let folder = service.snapshots else { return }
        for snapshot in service.held.withLock({ $0.all })
        where schedule.isDue(
            snapshot.generation.number, changes: snapshot.changeCount, isRestored: snapshot.isRestored,
            at: service.now())
        {
            await write(snapshot, into: folder)
        }
    }

    private func write(_ snapshot: ServingSnapshot, into folder: SnapshotFolder) async {
        do {
            let start = service.now()
            let bytes = try await service.keep(snapshot, in: folder, on: queue)
            logger.info(
                "The snapshot of \(snapshot.generation.number), \(bytes) bytes, was kept.",
                metadata: ["seconds": "\((service.now() - start) / .seconds(1))"])
        } catch {
            logger.warning("The snapshot could not be kept, and the next start will read the database: \(error)")
        }
    }
}

extension RecommendationService {
    /// Writes the snapshot that requests are answered from now into the service's folder.
    ///
    /// - Returns: The file's length in bytes; `nil` when there is no snapshot or no folder.
    /// - Throws: ``SnapshotFiles/SnapshotFileError`` when the system refuses.
    package func keepSnapshot() async throws -> Int? {
        guard let snapshots, let current else { return nil }
        return try await keep(current, in: snapshots, on: DispatchQueue(label: "linden.snapshot"))
    }

    fileprivate func keep(
        _ snapshot: ServingSnapshot, in folder: SnapshotFolder, on queue: DispatchQueue
    ) async throws -> Int {
        let head = try await ports.generations.head(of: snapshot.generation.number)
        let held = Set(heldGenerations.map(\.number))
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try folder.keep(snapshot, head: head, beside: held) }) }
        }
    }
}

/// When a snapshot is written next.
package struct SnapshotSchedule {
    private let interval: Duration
    private var last: [GenerationNumber: (changes: Int, moment: Duration)] = [:]

    package init(interval: Duration) {
        self.interval = interval
    }

    /// Whether the snapshot of a generation should be written now; if so, it counts as written.
    ///
    /// A writing that fails is tried again when something has changed.
    ///
    /// - Parameters:
    ///   - generation: What the snapshot is of.
    ///   - changes: Changes of items since it was built or restored.
    ///   - isRestored: Whether it was there in a file before those.
    ///   - moment: Time since any fixed moment.
    /// - Returns: Whether to write it.
    package mutating func isDue(
        _ generation: GenerationNumber, changes: Int, isRestored: Bool, at moment: Duration
    ) -> Bool {
        guard let last = last[generation] else {
            last[generation] = (isRestored ? 0 : changes, moment)
            return !isRestored
        }
        guard last.changes != changes, moment - last.moment >= interval else { return false }
        self.last[generation] = (changes, moment)
        return true
    }
}
