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
                group.addTask { await tick(wake) }
                if let bell { group.addTask { await listen(to: bell, wake) } }
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

    private func tick(_ wake: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            wake.yield()
            do { try await Task.sleep(for: interval) } catch { break }
        }
        wake.finish()
    }

    /// Hears the bell, and tries again with pauses when it cannot be heard.
    private func listen(to bell: any ChangeBell, _ wake: AsyncStream<Void>.Continuation) async {
        var pause = interval
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do {
                try await bell.listen { wake.yield() }
            } catch {
                logger.debug("Changes are found by asking only: \(error)")
            }
            pause = start.duration(to: .now) > .seconds(60) ? interval : min(pause * 2, .seconds(10))
            do { try await Task.sleep(for: pause) } catch { return }
        }
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
