import Domain
import Synchronization
import Testing
import Towers
import Training

@Suite("A checkpoint of a training")
struct CheckpointTests {
    /// Keeps every checkpoint, and gives back the one of an epoch.
    private final class Memory: TrainingCheckpointStore {
        private let state = Mutex<(kept: [TrainingCheckpoint], asked: [TrainingFingerprint])>(([], []))
        private let given: TrainingCheckpoint?
        let interval: Duration

        init(giving given: TrainingCheckpoint? = nil, interval: Duration = .zero) {
            self.given = given
            self.interval = interval
        }

        var kept: [TrainingCheckpoint] { state.withLock { $0.kept } }
        var asked: [TrainingFingerprint] { state.withLock { $0.asked } }

        func checkpoint(of training: TrainingFingerprint) -> TrainingCheckpoint? {
            state.withLock { $0.asked.append(training) }
            return given?.training == training ? given : nil
        }

        func keep(_ checkpoint: TrainingCheckpoint) { state.withLock { $0.kept.append(checkpoint) } }

        func removeCheckpoint() { state.withLock { $0.kept = [] } }
    }

    private static func configuration(threads: Int) throws -> TrainingConfiguration {
        var configuration = try PlantedData.configuration(threads: threads)
        configuration.epochs = 4
        configuration.candidates = 40
        configuration.userIDEmbedding = true
        return configuration
    }

    @Test("brings forth the same bytes as a training that nothing ended", arguments: [false, true], [1, 2])
    func sameBytes(times: Bool, threads: Int) async throws {
        let data = try PlantedData(seed: 5, times: times).train
        let trainer = try Trainer(try Self.configuration(threads: threads))
        let memory = Memory()
        let whole = try await trainer.train(data, clock: SteppingClock(), checkpoints: memory)
        #expect(memory.kept.map(\.epoch) == [1, 2, 3, 4])
        for checkpoint in memory.kept {
            let later = Memory(giving: checkpoint)
            let resumed = try await trainer.train(data, clock: SteppingClock(), checkpoints: later)
            #expect(later.kept.map(\.epoch) == Array(checkpoint.epoch + 1..<5))
            // The tables would fill the screen.
            let isSame = later.kept == memory.kept.suffix(later.kept.count)
            #expect(isSame)
            #expect(resumed.model.encoded() == whole.model.encoded(), "from epoch \(checkpoint.epoch)")
            #expect(resumed.bestEpoch == whole.bestEpoch)
            #expect(resumed.history.map(\.loss) == whole.history.map(\.loss))
            #expect(resumed.history.map(\.validation) == whole.history.map(\.validation))
        }
    }

    @Test("keeps the best epoch, where the later ones are worse")
    func bestBefore() async throws {
        let data = try PlantedData(seed: 6, content: false)
        // Judged by items of the other cluster, a model is the worse the more it has learnt.
        let (users, items) = (Int32(PlantedData.usersPerCluster), Int32(PlantedData.itemsPerCluster))
        let other = (0..<2 * users).map { user in user < users ? Array(items..<2 * items) : Array(0..<items) }
        var configuration = try Self.configuration(threads: 1)
        configuration.epochs = 12
        configuration.learningRate = 0.01
        configuration.patience = 3
        configuration.validationK = 15
        let trainer = try Trainer(configuration)
        let memory = Memory()
        let whole = try await trainer.train(data.train, validation: other, checkpoints: memory)
        let last = try #require(memory.kept.last)
        #expect(whole.bestEpoch < last.epoch)
        let resumed = try await trainer.train(data.train, validation: other, checkpoints: Memory(giving: last))
        #expect(resumed.bestEpoch == whole.bestEpoch)
        #expect(resumed.history.count == whole.history.count)
        #expect(resumed.model.encoded() == whole.model.encoded())
    }

    @Test("goes on from a warm start", arguments: [false, true])
    func warm(times: Bool) async throws {
        let data = try PlantedData(seed: 7, times: times).train
        var configuration = try Self.configuration(threads: 1)
        let earlier = try await Trainer(configuration).train(data).model
        configuration.epochs = 12
        let trainer = try Trainer(configuration)
        let memory = Memory()
        let whole = try await trainer.train(data, startingFrom: earlier, checkpoints: memory)
        let first = try #require(memory.kept.first)
        let resumed = try await trainer.train(data, startingFrom: earlier, checkpoints: Memory(giving: first))
        #expect(resumed.history.count == 4)
        #expect(resumed.model.encoded() == whole.model.encoded())
    }

    @Test("belongs to one data set and one set of settings")
    func fingerprint() async throws {
        let data = try PlantedData(seed: 8).train
        let settings = try Self.configuration(threads: 1)
        let own = TrainingFingerprint(settings, data)
        let memory = Memory()
        _ = try await Trainer(settings).train(data, checkpoints: memory)
        #expect(memory.asked == [own])
        #expect(memory.kept.allSatisfy { $0.training == own })
        #expect(TrainingFingerprint(settings, try PlantedData(seed: 8).train) == own)
        var others: [TrainingFingerprint] = []
        func other(_ change: (inout TrainingConfiguration) -> Void) {
            var changed = settings
            change(&changed)
            others.append(TrainingFingerprint(changed, data))
        }
        other { $0.seed = 2 }
        other { $0.threads = 2 }
        other { $0.epochs = nil }
        other { $0.temperature = 0.08 }
        other { $0.ladder = .standard }
        others.append(TrainingFingerprint(settings, try PlantedData(seed: 9).train))
        others.append(TrainingFingerprint(settings, try PlantedData(seed: 8, times: true).train))
        others.append(TrainingFingerprint(settings, data, validation: [[1]]))
        #expect(Set(others + [own]).count == others.count + 1)
    }

    @Test("is refused where it holds something else")
    func foreign() async throws {
        let data = try PlantedData(seed: 10).train
        let trainer = try Trainer(try Self.configuration(threads: 1))
        let memory = Memory()
        _ = try await trainer.train(data, checkpoints: memory)
        let kept = try #require(memory.kept.first)
        let (words, tables) = (kept.words, kept.tables)
        let bad: [([UInt64], [[Float]])] = [
            (words, Array(tables.dropLast())), (words, tables + [[1]]), (Array(words.dropLast()), tables),
            (words + [1], tables), ([], []), (words, tables.map { $0 + [1] }),
        ]
        for (words, tables) in bad {
            let checkpoint = TrainingCheckpoint(training: kept.training, epoch: 1, words: words, tables: tables)
            await #expect(throws: TrainingError.foreignCheckpoint) {
                try await trainer.train(data, checkpoints: Memory(giving: checkpoint))
            }
        }
    }

    @Test("is not taken more often than it is asked for", arguments: [(1, 4), (2, 2), (4, 1), (5, 0)])
    func interval(seconds: Int, count: Int) async throws {
        let data = try PlantedData(seed: 11).train
        let memory = Memory(interval: .seconds(seconds))
        // The clock moves a second with each epoch.
        _ = try await Trainer(try Self.configuration(threads: 1))
            .train(data, clock: SteppingClock(), checkpoints: memory)
        #expect(memory.kept.count == count)
    }

    @Test("counts the time before it was taken")
    func elapsed() async throws {
        let data = try PlantedData(seed: 12).train
        let trainer = try Trainer(try Self.configuration(threads: 1))
        let memory = Memory()
        _ = try await trainer.train(data, clock: SteppingClock(), checkpoints: memory)
        let resumed = try await trainer.train(
            data, clock: SteppingClock(), checkpoints: Memory(giving: memory.kept[1]))
        #expect(resumed.history.map(\.elapsed) == (1...4).map { .seconds($0) })
        #expect(resumed.elapsed == .seconds(5))
    }
}
