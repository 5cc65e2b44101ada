import Domain
import OfflineJobs
import Synchronization
import TestSupport
import Testing
import Training

@Suite("The file of a checkpoint")
struct CheckpointFileTests {
    /// What was reported, in order.
    private final class Events: Sendable {
        private let events = Mutex<[CheckpointFile.Event]>([])
        var all: [CheckpointFile.Event] { events.withLock { $0 } }
        func add(_ event: CheckpointFile.Event) { events.withLock { $0.append(event) } }
    }

    private static let own = TrainingFingerprint(value: 7)
    private static let checkpoint = TrainingCheckpoint(
        training: own, epoch: 3, words: [1, .max, 0], tables: [[1.5, -.infinity], [], [.leastNonzeroMagnitude]])

    @Test("gives back what was kept, and says where training goes on")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let (path, events) = (folder.path + "/new/train", Events())
        let file = CheckpointFile(path: path) { events.add($0) }
        #expect(file.checkpoint(of: Self.own) == nil)
        #expect(events.all.isEmpty)
        file.keep(TrainingCheckpoint(training: Self.own, epoch: 2, words: [], tables: []))
        file.keep(Self.checkpoint)
        #expect(file.checkpoint(of: Self.own) == Self.checkpoint)
        #expect(events.all.last == .resumes(path: path, epoch: 3))
        #expect(try folder.names == ["new"])
        file.removeCheckpoint()
        file.removeCheckpoint()
        #expect(file.checkpoint(of: Self.own) == nil)
    }

    @Test("is not used by another training, which says so")
    func another() throws {
        let folder = try TemporaryFolder()
        let (path, events) = (folder.path + "/train", Events())
        let file = CheckpointFile(path: path) { events.add($0) }
        file.keep(Self.checkpoint)
        #expect(file.checkpoint(of: TrainingFingerprint(value: 8)) == nil)
        #expect(events.all.last == .isOfAnother(path: path))
        #expect(file.checkpoint(of: Self.own) == Self.checkpoint)
    }

    @Test("is not used when any byte of it has changed, or its end is missing", arguments: 0..<20)
    func damaged(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let (path, events) = (folder.path + "/train", Events())
        let file = CheckpointFile(path: path) { events.add($0) }
        file.keep(Self.checkpoint)
        var bytes = try folder.bytes(of: "train")
        let at = Int(seed) * bytes.count / 20
        if seed.isMultiple(of: 2) { bytes[at] ^= 1 } else { bytes.removeSubrange(at...) }
        try folder.write(bytes, to: "train")
        #expect(file.checkpoint(of: Self.own) == nil)
        #expect(events.all.count == 2)
        // A byte of the identity makes it another's.
        #expect([.isDamaged(path: path), .isOfAnother(path: path)].contains(events.all[1]))
    }

    @Test("reports a place that cannot be written, and lets training go on")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        try folder.write([1], to: "taken")
        let events = Events()
        let file = CheckpointFile(path: folder.path + "/taken/train") { events.add($0) }
        file.keep(Self.checkpoint)
        #expect(events.all.count == 1)
        #expect(events.all[0].description.contains("Training goes on"))
    }
}

@Suite("A training job that was killed")
struct KilledTrainJobTests {
    /// A file that keeps what it had when training reached an epoch, as if the program had ended there.
    private struct Killed: TrainingCheckpointStore {
        let file: CheckpointFile
        let epoch: Int
        var interval: Duration { .zero }
        func checkpoint(of training: TrainingFingerprint) -> TrainingCheckpoint? { file.checkpoint(of: training) }
        func keep(_ checkpoint: TrainingCheckpoint) { if checkpoint.epoch <= epoch { file.keep(checkpoint) } }
        func removeCheckpoint() {}
    }

    @Test("makes the generation that it would have made, and leaves no checkpoint", arguments: [1, 5])
    func resumes(epoch: Int) async throws {
        let folder = try TemporaryFolder()
        let store = try await TrainJobTests.store()
        let configuration = try TrainJobTests.configuration()
        let events = Mutex<[CheckpointFile.Event]>([])
        let whole = try await TrainJob(store: store, configuration: configuration).run(stop: TrainJobTests.never) { _ in
        }
        let file = CheckpointFile(path: folder.path + "/train", interval: .zero) { event in
            events.withLock { $0.append(event) }
        }
        var options = TrainJob.Options()
        options.checkpoints = Killed(file: file, epoch: epoch)
        _ = try await TrainJob(store: store, configuration: configuration, options: options)
            .run(stop: TrainJobTests.never) { _ in }
        #expect(try folder.names == ["train"])
        options.checkpoints = file
        let resumed = try await TrainJob(store: store, configuration: configuration, options: options)
            .run(stop: TrainJobTests.never) { _ in }
        #expect(events.withLock { $0.contains(.resumes(path: folder.path + "/train", epoch: epoch)) })
        #expect(resumed.generation.fingerprint == whole.generation.fingerprint)
        #expect(resumed.training.history.count == whole.training.history.count)
        #expect(try folder.names.isEmpty)
    }
}
