public import Domain
public import Logging
import Observability
public import ServiceLifecycle

/// Keeps the generations that a service holds near the store, for as long as the program runs.
///
/// The store's feed is asked when its bell rings, and at a fixed interval in any case. While the store is away, what is
/// held serves on. Generations are loaded beside all that, one at a time, and rows that came lately are merged into the
/// lists of their index, one merge at a time.
public struct CatalogueFollower: Service {
    private let service: RecommendationService
    private let bell: (any ChangeBell)?
    private let interval: Duration
    private let pause: Duration
    private let logger: Logger

    /// Creates a follower.
    ///
    /// - Parameters:
    ///   - service: Whose snapshot.
    ///   - bell: Rings for changes; without one they are found at the interval.
    ///   - interval: Longest time between two looks at the feed while the store answers.
    ///   - pause: Time between two looks at least, so that changes that come in thick are applied together.
    ///   - logger: Told when the store goes and comes back.
    public init(
        service: RecommendationService, bell: (any ChangeBell)? = nil, interval: Duration = .milliseconds(50),
        pause: Duration = .milliseconds(5), logger: Logger
    ) {
        self.service = service
        self.bell = bell
        self.interval = interval
        self.pause = pause
        self.logger = logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            // However often the bell rings while the feed is read, it is read once more.
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await wakeUp.run(wake) }
                var failures = 0
                for await _ in wakes {
                    await follow(&failures)
                    if let load = service.nextLoad() {
                        group.addTask { await run(load, "A generation was not loaded") }
                    }
                    if let merge = service.mergeIfDue() {
                        group.addTask { await run(merge, "The index could not be merged, and goes on as it is") }
                    }
                    do { try await Task.sleep(for: failures == 0 ? pause : interval * (1 << min(failures, 5))) } catch {
                        break
                    }
                }
                group.cancelAll()
            }
        }
    }

    private func follow(_ failures: inout Int) async {
        do {
            try await service.follow()
            if failures > 0 { logger.notice("The store is back.") }
            failures = 0
        } catch is CancellationError {
            return
        } catch {
            failures += 1
            if failures == 1 { logger.warning("The catalogue could not be followed: \(error)") }
        }
        for (generation, fault) in service.takeFaults() { logger.warning("Generation \(generation): \(fault)") }
    }

    private var wakeUp: WakeUp {
        var heard: WakeUp.Bell?
        if let bell { heard = { ring in try await bell.listen(ring) } }
        return WakeUp(interval: interval, bell: heard, subject: "Changes", logger: logger)
    }

    private func run(_ work: @Sendable () async throws -> Void, _ failure: String) async {
        do {
            try await work()
        } catch is CancellationError {
            return
        } catch {
            logger.error("\(failure): \(error)")
        }
    }
}
