import Domain
import OfflineJobs
import Synchronization
import TestSupport
import Testing
import Training

@Suite("The record of a training run")
struct TrainingRunTests {
    /// Users of two groups, each of whom meets an item a second.
    static func store(users: Int = 40) async throws -> MemoryStore {
        let store = MemoryStore()
        for user in 0..<users {
            let events = try (0..<8).map { item in
                Interaction(
                    user: try UserID("u\(user)"), item: try ItemID("i\(user % 2)-\((item + user / 2) % 8)"),
                    timestamp: Timestamp(seconds: Int64(100 * item + user + 1)))
            }
            _ = try await store.append(events)
        }
        return store
    }

    static func onlyRun(_ store: MemoryStore) async throws -> TrainingRun {
        let runs = try await store.trainingRuns()
        #expect(runs.count == 1)
        return try #require(runs.first)
    }

    @Test("says what was trained on, how, how good it was, and what came of it")
    func published() async throws {
        let store = try await Self.store()
        var configuration = try TrainJobTests.configuration()
        configuration.seed = .max
        let outcome = try await TrainJob(store: store, configuration: configuration)
            .run(stop: TrainJobTests.never, clock: HourClock()) { _ in }
        let run = try await Self.onlyRun(store)
        #expect(run.number == outcome.run)
        #expect(run.end.outcome == .published(outcome.generation.number))
        #expect(
            run.start.cut
                == DataCut(
                    before: nil, latest: Timestamp(seconds: 740), interactions: 320, users: 40, items: 16))
        #expect(run.start.seed == .max)
        #expect(run.end.rungs == outcome.generation.rungs)
        #expect(run.end.cutoff == configuration.validationK)
        #expect(run.end.seconds >= 3_600)
        #expect(run.end.settings.contains("\"best_epoch\":\(outcome.training.bestEpoch)"))
        #expect(!run.start.settings.contains("best_epoch"))
        // Times make an order, which another reader reads.
        for part in ["\"temperature\":0.07", "\"history_length\":100", "\"rate\":0.001", "\"learning_rate\":0.03"] {
            #expect(run.end.settings.contains(part), "\(part) in \(run.end.settings)")
        }
        #expect(!run.end.settings.contains("smoothing"))
        #expect(run.end.comparison == nil)
    }

    @Test("has the reason of a failure", arguments: [0, 1])
    func failed(items: Int) async throws {
        let store = MemoryStore()
        for item in 0..<items {
            _ = try await store.append([Interaction(user: try UserID("u"), item: try ItemID("i\(item)"))])
        }
        let job = TrainJob(store: store, configuration: try TrainJobTests.configuration())
        let error = await #expect(throws: TrainingError.self) { try await job.run(stop: TrainJobTests.never) { _ in } }
        let run = try await Self.onlyRun(store)
        #expect(run.end.outcome == .failed(reason: try #require(error).description))
        #expect(run.start.cut.interactions == items)
    }

    @Test("says that somebody ended it before it had anything to show")
    func interrupted() async throws {
        let store = try await Self.store()
        var configuration = try TrainJobTests.configuration()
        configuration.epochs = 10_000
        let job = TrainJob(store: store, configuration: configuration)
        await #expect(throws: (any Error).self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await job.run(stop: TrainJobTests.never) { _ in } }
                group.cancelAll()
                _ = try await group.next()
            }
        }
        #expect(try await Self.onlyRun(store).end.outcome == .interrupted)
    }

    @Test("reads nothing from its cut on", arguments: [1, 301, 10_000])
    func until(seconds: Int64) async throws {
        let store = try await Self.store()
        var options = TrainJob.Options()
        options.until = Timestamp(seconds: seconds)
        let job = TrainJob(store: store, configuration: try TrainJobTests.configuration(), options: options)
        let result: Result<TrainJob.Outcome, any Error>
        do {
            result = .success(try await job.run(stop: TrainJobTests.never) { _ in })
        } catch {
            result = .failure(error)
        }
        let run = try await Self.onlyRun(store)
        #expect(run.start.cut.before == options.until)
        let times = (0..<40).flatMap { user in (0..<8).map { Int64(100 * $0 + user + 1) } }.filter { $0 < seconds }
        #expect(run.start.cut.interactions == times.count)
        #expect(run.start.cut.latest == times.max().map(Timestamp.init(seconds:)))
        // At the first second nobody has done anything yet.
        #expect((seconds == 1) == (run.end.outcome == .failed(reason: TrainingError.noInteractions.description)))
        if case .success(let outcome) = result {
            #expect(run.end.outcome == .published(outcome.generation.number))
        }
    }
}

/// A clock that is an hour on whenever it is looked at.
struct HourClock: Clock {
    typealias Instant = ContinuousClock.Instant
    private let looks = Looks()

    var now: Instant { ContinuousClock().now.advanced(by: .seconds(3_600 * looks.next())) }
    var minimumResolution: Duration { .seconds(1) }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}

/// Counts from 0.
private final class Looks: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}
