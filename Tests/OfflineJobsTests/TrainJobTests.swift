import Domain
import OfflineJobs
import Planning
import TestSupport
import Testing
import Training

@Suite("A training job")
struct TrainJobTests {
    static func store() async throws -> MemoryStore {
        let store = MemoryStore()
        for user in 0..<40 {
            // Two groups that have nothing in common; each user leaves out one item.
            let events = try (0..<8).filter { $0 != user / 2 % 8 }.map { item in
                Interaction(user: try UserID("u\(user)"), item: try ItemID("i\(user % 2)-\(item)"))
            }
            _ = try await store.append(events)
        }
        return store
    }

    static func configuration() throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.ladder = try PrefixLadder([8, 16])
        configuration.epochs = 8
        configuration.validationShare = 0.25
        return configuration
    }

    @Sendable static func never() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in stream {}
        continuation.finish()
    }

    @Test("publishes and activates what it trained, with its metrics and its frontier")
    func publishes() async throws {
        let store = try await Self.store()
        let job = TrainJob(store: store, configuration: try Self.configuration())
        let outcome = try await job.run(stop: Self.never) { _ in }
        #expect(try await store.activeGeneration() == outcome.generation.number)
        #expect(outcome.generation.state == .active)
        #expect(try await store.generations() == [outcome.generation])
        #expect(outcome.generation.rungs.map(\.dimensions) == [8, 16])
        #expect(outcome.generation.items == 16 && outcome.generation.users == 40)
        let loaded = try await store.loaded(outcome.generation.number)
        #expect(loaded.embeddings.count(where: { $0 != nil }) == 16)
        #expect(loaded.published.frontier == outcome.frontier)
        let plans = FrontierPlans(try #require(outcome.frontier))
            .points(model: .shipped, ladder: outcome.generation.ladder)
        #expect(plans.map(\.cost) == plans.map(\.cost).sorted())
        #expect(plans.last?.recall == 1)
    }

    @Test("makes the same generation of the same history")
    func repeats() async throws {
        let store = try await Self.store()
        let job = TrainJob(store: store, configuration: try Self.configuration())
        let first = try await job.run(stop: Self.never) { _ in }
        let second = try await job.run(stop: Self.never) { _ in }
        #expect(first.generation.fingerprint == second.generation.fingerprint)
        #expect(try await store.generations().count == 1)
    }

    @Test("publishes nothing that its gate refuses")
    func gate() async throws {
        let store = try await Self.store()
        var configuration = try Self.configuration()
        configuration.ladder = try PrefixLadder([1, 16])
        configuration.validationK = 1
        var options = TrainJob.Options()
        options.prefixGate = PrefixGate(minimumShare: 1)
        let job = TrainJob(store: store, configuration: configuration, options: options)
        await #expect(throws: PrefixGateError.self) { try await job.run(stop: Self.never) { _ in } }
        #expect(try await store.generations().isEmpty)
        let run = try #require(try await store.trainingRuns().first)
        guard case .refused(nil, let reason) = run.end.outcome else {
            Issue.record("\(run.end.outcome)")
            return
        }
        #expect(reason.contains("Recall at 1 dimensions"))
    }

    @Test("says that there is nothing to train on")
    func empty() async throws {
        let store = MemoryStore()
        let job = TrainJob(store: store, configuration: try Self.configuration())
        await #expect(throws: TrainingError.self) { try await job.run(stop: Self.never) { _ in } }
    }

    @Test("asked to search, trains the best settings in full and records them")
    func searches() async throws {
        let store = try await Self.store()
        var options = TrainJob.Options()
        options.searchTime = .seconds(3_600)
        let (ninth, continuation) = AsyncStream.makeStream(of: Void.self)
        let job = TrainJob(store: store, configuration: try Self.configuration(), options: options)
        let outcome = try await job.run(
            stop: { for await _ in ninth { return } },
            report: { step in
                guard case .searching(let trial) = step, trial.candidate == 8, trial.epochs < 3 else { return }
                continuation.yield()
            })
        let search = try #require(outcome.search)
        #expect(search.trials.count >= 9 && search.trials.count < 1_000)
        #expect(search.trials.count > 30 || search.lines.count == search.trials.count + 2)
        #expect(search.lines.last?.hasPrefix("Chosen: ") == true)
        let settings = try #require(try await store.trainingRuns().first).end.settings
        #expect(settings.contains("\"search\":{\"trials\":\(search.trials.count),\"best\":\(search.best)"))
        #expect(settings.contains("\"batch_size\":\(search.configuration.batchSize(isOrdered: true))"))
        #expect(outcome.training.history.count <= search.configuration.epochs(isOrdered: false))
    }

    @Test("asked to stop, publishes the best until there")
    func stops() async throws {
        let store = try await Self.store()
        var configuration = try Self.configuration()
        configuration.epochs = 10_000
        configuration.patience = 10_000
        let (epochs, continuation) = AsyncStream.makeStream(of: Void.self)
        let job = TrainJob(store: store, configuration: configuration)
        let outcome = try await job.run(
            stop: { for await _ in epochs { return } },
            report: { if case .training = $0 { continuation.yield() } })
        #expect(outcome.training.wasInterrupted)
        #expect(outcome.training.history.count < 10_000)
        #expect(try await store.activeGeneration() == outcome.generation.number)
    }
}

@Suite("A generation's fingerprint")
struct GenerationFingerprintTests {
    @Test("tells artefact and ladder apart")
    func parts() throws {
        let (a, b) = (try PrefixLadder([1, 2]), try PrefixLadder([2]))
        let prints = [([1, 2], a), ([1, 2], b), ([1], a), ([], a)].map { (artefact: [UInt8], ladder) in
            GenerationFingerprint.sha256(artefact: artefact, ladder: ladder, normRule: .cosineAtEachRung)
        }
        #expect(Set(prints).count == 4)
        #expect(prints.allSatisfy { $0.count == 32 })
    }
}

@Suite("A prefix gate")
struct PrefixGateTests {
    static func rungs(_ recalls: [Double]) -> [RungQuality] {
        zip([16, 32, 64], recalls).map { RungQuality(dimensions: $0, recall: $1, ndcg: 0) }
    }

    @Test(
        "lets a share pass and no less",
        arguments: [([0.5, 0.9, 1], true), ([0.49, 0.9, 1], false), ([0, 0, 0], false)])
    func shares(recalls: [Double], passes: Bool) {
        do throws(PrefixGateError) {
            try PrefixGate.standard.check(Self.rungs(recalls))
            #expect(passes)
        } catch {
            #expect(!passes)
            #expect(error.description.contains(".") && error.description.count > 40)
        }
    }
}
