public import Domain
public import Logging
public import ServiceLifecycle

/// Writes exposures to the store in batches, for as long as the program runs, and drops those of days long gone.
///
/// A batch that could not be written is written again: the store keeps each exposure once. When the program stops, what waits
/// is written first, as far as that goes in some seconds.
public struct ExposureWriter: Service {
    private let service: RecommendationService
    private let store: any ExposureStore
    private let retention: Duration
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// Exposures of a batch.
    private static let batch = 500
    /// Time between two looks at what waits.
    private static let interval = Duration.milliseconds(200)
    /// Time between two looks for old days.
    private static let housekeeping = Duration.seconds(3_600)
    /// How long what waits is written when the program stops.
    private static let farewell = Duration.seconds(5)

    /// Creates a writer.
    ///
    /// - Parameters:
    ///   - service: Whose exposures.
    ///   - store: Gets them.
    ///   - retention: How long they are kept.
    ///   - now: The time.
    ///   - logger: Told when the store goes and comes back.
    public init(
        service: RecommendationService, store: any ExposureStore, retention: Duration,
        now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) {
        (self.service, self.store, self.retention) = (service, store, retention)
        (self.now, self.logger) = (now, logger)
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            var lastSwept: ContinuousClock.Instant?
            while !Task.isCancelled {
                await writeAll()
                if lastSwept.map({ $0.duration(to: .now) > Self.housekeeping }) ?? true {
                    await sweep()
                    lastSwept = .now
                }
                do { try await Task.sleep(for: Self.interval) } catch { break }
            }
        }
        await farewell()
    }

    /// Writes what waits, batch by batch, until nothing does or the task is cancelled.
    package func writeAll() async {
        var failures = 0
        while !Task.isCancelled {
            let batch = service.exposures.take(atMost: Self.batch)
            guard !batch.isEmpty else { return }
            while true {
                do {
                    service.exposures.finish(batch.count, new: try await store.append(exposures: batch))
                    if failures > 0 { logger.notice("Exposures are written again.") }
                    failures = 0
                    break
                } catch {
                    failures += 1
                    service.exposures.fail()
                    if failures == 1 { logger.warning("Exposures could not be written, and wait: \(error)") }
                }
                do { try await Task.sleep(for: Self.interval * (1 << min(failures, 5))) } catch {
                    service.exposures.putBack(batch)
                    return
                }
            }
        }
    }

    /// In a task of its own: that of the service is cancelled by now.
    private func farewell() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await writeAll() }
            group.addTask { do { try await Task.sleep(for: Self.farewell) } catch { return } }
            await group.next()
            group.cancelAll()
        }
        let left = service.exposures.counters.waiting
        if left > 0 { logger.error("\(left) exposures were not written: the store could not be reached.") }
    }

    private func sweep() async {
        let kept = now().microseconds - retention.components.seconds * 1_000_000
        guard kept > 0 else { return }
        do {
            let dropped = try await store.dropExposures(before: Timestamp(microseconds: kept))
            if dropped > 0 { logger.notice("Exposures of \(dropped) days were dropped.") }
        } catch {
            logger.debug("Old exposures could not be dropped, and are tried again: \(error)")
        }
    }
}
