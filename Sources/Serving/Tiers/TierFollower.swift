public import Domain
import Experiments
public import Logging
public import ServiceLifecycle

/// Keeps a service on the revision of tiers and experiments that holds, for as long as the program runs.
///
/// The store is asked when its bell rings, and once a second in any case. While it is away, what was known last serves on,
/// however long.
public struct TierFollower: Service {
    private let service: RecommendationService
    private let bell: (any TierBell)?
    private let file: TierFile?
    private let interval: Duration
    private let logger: Logger

    /// Creates a follower.
    ///
    /// - Parameters:
    ///   - service: Whose tiers.
    ///   - bell: Rings when one is published; without it they are found at the interval.
    ///   - file: Where the last one is kept for a start without the store.
    ///   - interval: Longest time between two looks while the store answers.
    ///   - logger: Told of changes, and when the store goes and comes back.
    public init(
        service: RecommendationService, bell: (any TierBell)? = nil, file: TierFile? = nil,
        interval: Duration = .seconds(1), logger: Logger
    ) {
        (self.service, self.bell) = (service, bell)
        (self.file, self.interval, self.logger) = (file, interval, logger)
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await wakeUp.run(wake) }
                var failures = 0
                for await _ in wakes { await follow(&failures) }
                group.cancelAll()
            }
        }
    }

    private var wakeUp: WakeUp {
        var heard: WakeUp.Bell?
        if let bell { heard = { ring in try await bell.listenForTiers(ring) } }
        return WakeUp(interval: interval, bell: heard, subject: "Revisions of tiers", logger: logger)
    }

    private func follow(_ failures: inout Int) async {
        do {
            if let tiers = try await service.followTiers() {
                file?.keep(tiers)
                logger.notice("Tiers of revision \(tiers.revision ?? 0) are in force.")
            }
            if failures > 0 { logger.notice("Tiers can be asked for again.") }
            failures = 0
        } catch is CancellationError {
            return
        } catch {
            failures += 1
            if failures == 1 { logger.warning("Tiers stay as they are, for the newest could not be had: \(error)") }
        }
    }
}
