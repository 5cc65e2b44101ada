import Domain
import OfflineJobs
import Synchronization
import TestSupport
import Testing
import Training

@Suite("A gate between generations")
struct GenerationGateTests {
    static func comparison(_ rungs: [(Double, Double, ClosedRange<Double>)]) -> GenerationComparison {
        GenerationComparison(
            active: GenerationNumber(3), users: 500, cutoff: 20,
            rungs: zip([16, 32, 64], rungs).map {
                RungComparison(dimensions: $0, active: $1.0, new: $1.1, difference: $1.2)
            }, mayFlatterActive: false)
    }

    @Test(
        "refuses only what is worse by more than its tolerance and more than chance",
        arguments: [
            ([(0.2, 0.25, 0.04...0.06), (0.3, 0.3, -0.01...0.01)], nil),
            // Worse, but it may be chance; worse for sure, but by less than a hundredth.
            ([(0.2, 0.15, -0.11...0.001), (0.3, 0.3, 0...0)], nil),
            ([(0.2, 0.199, -0.0015 ... -0.0005)], nil),
            ([(0.2, 0.15, -0.06 ... -0.04), (0.3, 0.3, 0...0)], 16),
            // The rung that lost the larger share is named.
            ([(0.2, 0.18, -0.03 ... -0.01), (0.3, 0.2, -0.11 ... -0.09)], 32),
            ([], nil),
        ] as [([(Double, Double, ClosedRange<Double>)], Int?)])
    func rule(rungs: [(Double, Double, ClosedRange<Double>)], refused: Int?) {
        let comparison = Self.comparison(rungs)
        do throws(GenerationGateError) {
            try GenerationGate.standard.check(comparison, of: GenerationNumber(4))
            #expect(refused == nil)
        } catch {
            guard case .worse(_, let rung, _, _) = error else {
                Issue.record(error)
                return
            }
            #expect(rung.dimensions == refused)
            #expect(error.description.contains("recall@20 at \(rung.dimensions) dimensions is \(rung.new), g3 has"))
            #expect(error.description.contains("`linden models activate g4`"))
        }
    }

    /// Users of two groups who want what their group likes; the last item comes after second 1,000.
    static func store(users: Int = 400) async throws -> MemoryStore {
        let store = MemoryStore()
        for user in 0..<users {
            let events = try (0..<10).map { item in
                Interaction(
                    user: try UserID("u\(user)"), item: try ItemID("i\(user % 4)-\((item * 7 + user / 4) % 12)"),
                    timestamp: Timestamp(seconds: Int64(item < 9 ? 100 + item : 1_000 + user % 5)))
            }
            _ = try await store.append(events)
        }
        return store
    }

    static func configuration(epochs: Int) throws -> TrainingConfiguration {
        var configuration = try TrainJobTests.configuration()
        configuration.epochs = epochs
        configuration.validationK = 5
        return configuration
    }

    /// An untrained model, as good as: one epoch in steps that change nothing.
    static func bad() throws -> TrainingConfiguration {
        var configuration = try configuration(epochs: 1)
        configuration.learningRate = 1e-9
        return configuration
    }

    static func run(
        _ store: MemoryStore, _ configuration: TrainingConfiguration, force: Bool = false, until: Int64? = nil
    ) async throws -> TrainJob.Outcome {
        var options = TrainJob.Options()
        options.prefixGate = PrefixGate(minimumShare: 0)
        options.activatesAnyway = force
        options.until = until.map(Timestamp.init(seconds:))
        return try await TrainJob(store: store, configuration: configuration, options: options)
            .run(stop: TrainJobTests.never) { _ in }
    }

    @Test("keeps the generation that serves when the new one finds less, publishes that, and says so")
    func refuses() async throws {
        let store = try await Self.store()
        let good = try await Self.run(store, try Self.configuration(epochs: 15))
        #expect(good.comparison == nil)
        let error = await #expect(throws: GenerationGateError.self) { try await Self.run(store, try Self.bad()) }
        guard case .worse(let generation, let rung, let comparison, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(rung.new < rung.active && comparison.active == good.generation.number)
        #expect(!comparison.mayFlatterActive)
        #expect(try await store.activeGeneration() == good.generation.number)
        #expect(try await store.generations().map(\.state) == [.verified, .active])
        #expect(try await store.loaded(generation).published.frontier != nil)
        let runs = try await store.trainingRuns()
        #expect(
            runs.map(\.end.outcome) == [
                .refused(generation, reason: try #require(error).description), .published(good.generation.number),
            ])
        #expect(runs[0].end.comparison == comparison)
        try await store.activate(generation)
        #expect(try await store.activeGeneration() == generation)
    }

    @Test("lets pass what it would refuse when told to, and what finds more")
    func passes() async throws {
        let store = try await Self.store()
        _ = try await Self.run(store, try Self.configuration(epochs: 15))
        let forced = try await Self.run(store, try Self.bad(), force: true)
        #expect(try await store.activeGeneration() == forced.generation.number)
        #expect(forced.comparison != nil)
        var other = try Self.configuration(epochs: 15)
        other.seed = 2
        let better = try await Self.run(store, other)
        let comparison = try #require(better.comparison)
        #expect(comparison.rungs.map(\.dimensions) == [8, 16])
        #expect(comparison.rungs.allSatisfy { $0.difference.lowerBound > 0 })
        #expect(comparison.users > 50 && comparison.users < 110)
        #expect(try await store.activeGeneration() == better.generation.number)
    }

    @Test("judges by what came after the data of the generation that serves")
    func fresh() async throws {
        let store = try await Self.store()
        _ = try await Self.run(store, try Self.configuration(epochs: 8), until: 1_000)
        let later = try await Self.run(store, try Self.configuration(epochs: 8), force: true)
        #expect(later.comparison?.mayFlatterActive == false)
        // A model of older data stands beside one that may have seen what is held out.
        let earlier = try await Self.run(store, try Self.configuration(epochs: 9), force: true, until: 1_000)
        #expect(earlier.comparison?.mayFlatterActive == true)
    }

    @Test("says that it cannot tell when too few users have anything held out")
    func tooFew() async throws {
        let store = try await Self.store(users: 60)
        _ = try await Self.run(store, try Self.configuration(epochs: 4))
        var options = TrainJob.Options()
        options.prefixGate = PrefixGate(minimumShare: 0)
        let reasons = Reasons()
        let outcome = try await TrainJob(store: store, configuration: try Self.bad(), options: options)
            .run(stop: TrainJobTests.never) { if case .notJudged(_, let reason) = $0 { reasons.add(reason) } }
        #expect(outcome.comparison == nil)
        #expect(reasons.all.count == 1 && reasons.all[0].contains("30 are needed"))
    }
}

/// What a job has said.
private final class Reasons: Sendable {
    private let reasons = Mutex<[String]>([])

    var all: [String] { reasons.withLock { $0 } }

    func add(_ reason: String) { reasons.withLock { $0.append(reason) } }
}
