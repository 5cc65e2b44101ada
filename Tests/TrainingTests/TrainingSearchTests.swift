import Synchronization
import Testing
import Training

@Suite("A search for settings")
struct TrainingSearchTests {
    /// How far from one made-up best; settings that a search does not touch count nothing.
    private static func distance(_ settings: TrainingConfiguration) -> Double {
        let rate = Double(settings.learningRate(isOrdered: false)) / 0.14 - 1
        let temperature = Double(settings.temperature(isOrdered: false)) / 0.06 - 1
        return rate * rate + temperature * temperature + Double(settings.idDropout)
    }

    /// A search in which a trial takes a second an epoch.
    private static func search(
        seconds: Int, epochs: Int = 18, seed: UInt64 = 1, score: @escaping @Sendable (TrainingConfiguration) -> Double?
    ) async throws -> TrainingSearch.Report {
        var start = TrainingConfiguration()
        start.epochs = epochs
        start.seed = seed
        let clock = HandClock()
        return try await TrainingSearch(from: start).run(
            for: .seconds(seconds), isOrdered: false, clock: clock, report: { _ in },
            score: { configuration in
                clock.advance(by: .seconds(configuration.epochs(isOrdered: false)))
                return score(configuration)
            })
    }

    @Test(
        "begins with what it is given, and finds better where there is better", arguments: 1...5 as ClosedRange<UInt64>)
    func finds(seed: UInt64) async throws {
        let report = try await Self.search(seconds: 600, seed: seed) { -Self.distance($0) }
        let first = try #require(report.trials.first)
        #expect(first.candidate == 0 && first.epochs == 2)
        #expect(report.best > 0)
        #expect(Self.distance(report.configuration) < 0.6 * Self.distance(first.configuration))
        // In full, and not for the share that its first trial took.
        #expect(report.configuration.epochs(isOrdered: false) >= 18)
    }

    @Test("trials the best third for longer, and what it was given beside them")
    func halving() async throws {
        let report = try await Self.search(seconds: 600) { -Self.distance($0) }
        let short = report.trials.prefix(9)
        #expect(short.map(\.candidate) == Array(0..<9))
        let ranked = short.sorted { ($0.score ?? 0) > ($1.score ?? 0) }.map(\.candidate)
        let middle = report.trials.dropFirst(9).prefix { $0.candidate < 9 && $0.epochs < $0.configuration.epochs ?? 0 }
        #expect(Set(middle.map(\.candidate)) == Set(ranked.prefix(3) + [0]))
        #expect(middle.allSatisfy { 3 * $0.epochs == $0.configuration.epochs })
        let long = report.trials.dropFirst(9 + middle.count).prefix { $0.candidate < 9 }
        #expect(long.contains { $0.candidate == 0 } && long.count <= 2)
        #expect(long.allSatisfy { $0.epochs == $0.configuration.epochs })
    }

    @Test("keeps what it was given where nothing is better", arguments: [0, 10, 300])
    func ties(seconds: Int) async throws {
        let report = try await Self.search(seconds: seconds) { _ in 1 }
        #expect(report.best == 0)
        #expect(report.configuration.learningRate == nil)
        #expect(report.trials.isEmpty == (seconds == 0))
    }

    @Test("keeps what was better for longer, not what began well")
    func length() async throws {
        let report = try await Self.search(seconds: 600) { settings in
            let isLong = settings.epochs(isOrdered: false) >= 18
            let isGiven =
                settings.learningRate == 0.2 && settings.temperature == 0.05 && settings.idDropout == 0.1
                && settings.rarityExponent == 0 && settings.batchSize == 128 && settings.taughtShare == 0.85
                && settings.taughtSharpness == 3
            return isLong == isGiven ? 2 : 1
        }
        #expect(report.best == 0)
    }

    @Test("ends in time: a trial that is not through does not count", arguments: 0..<60)
    func time(seconds: Int) async throws {
        let report = try await Self.search(seconds: seconds) { -Self.distance($0) }
        let counted = report.trials.filter { $0.score != nil }.map(\.elapsed).reduce(.zero, +)
        #expect(counted <= .seconds(seconds))
        #expect(report.trials.dropLast().allSatisfy { $0.score != nil })
        if report.trials.count < 2 { #expect(report.best == 0) }
    }

    @Test("is the same again for the same durations, and another for another seed")
    func repeats() async throws {
        func settings(_ seed: UInt64) async throws -> [TrainingConfiguration] {
            try await Self.search(seconds: 200, seed: seed) { -Self.distance($0) }.trials.map(\.configuration)
        }
        let (one, again, other) = (try await settings(1), try await settings(1), try await settings(2))
        #expect(one == again)
        #expect(one.dropFirst().map(\.temperature) != other.dropFirst().map(\.temperature))
    }

    @Test("ends with what it was given where nothing can be scored")
    func unscored() async throws {
        let report = try await Self.search(seconds: 600) { _ in nil }
        #expect(report.best == 0 && report.trials.count == 1)
    }

    @Test("cancels the trial under way when its time is up")
    func deadline() async throws {
        let search = try TrainingSearch(from: TrainingConfiguration())
        // This clock's sleep is over at once, though its time is not.
        let report = try await search.run(
            for: .seconds(3_600), isOrdered: false, clock: SteppingClock(), report: { _ in },
            score: { _ in
                let (never, continuation) = AsyncStream.makeStream(of: Void.self)
                for await _ in never {}
                continuation.finish()
                return 1
            })
        #expect(report.trials.allSatisfy { $0.score == nil } && report.best == 0)
    }

    @Test("that is cancelled keeps the best so far")
    func cancelled() async throws {
        let reports = AsyncStream<Int>.makeStream()
        var start = try PlantedData.configuration()
        start.epochs = 4
        let settings = start
        let data = try PlantedData(seed: 31)
        let report = try await withThrowingTaskGroup(of: TrainingSearch.Report?.self) { group in
            group.addTask {
                try await TrainingSearch(from: settings).run(data.train, for: .seconds(3_600)) {
                    reports.continuation.yield($0.candidate)
                }
            }
            group.addTask {
                _ = await reports.stream.first { $0 == 3 }
                return nil
            }
            _ = try await group.next()
            group.cancelAll()
            return try #require(await group.next() ?? nil)
        }
        #expect(report.trials.prefix(4).allSatisfy { $0.score != nil })
        #expect(report.trials[0].candidate == 0)
        // Nothing was tried in full, so nothing takes the place of what was given.
        if report.trials.count <= 9 { #expect(report.best == 0) }
    }
}

/// A clock that moves only when it is told to; a sleep ends only with its task.
private final class HandClock: Clock {
    private let time = Mutex(SteppingClock.Instant(offset: .zero))

    var now: SteppingClock.Instant { time.withLock { $0 } }
    var minimumResolution: Duration { .nanoseconds(1) }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0.advanced(by: duration) }
    }

    func sleep(until deadline: SteppingClock.Instant, tolerance: Duration?) async throws {
        let (never, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        continuation.finish()
    }
}
