import Domain
public import Logging
import Observability
public import ServiceLifecycle

/// Keeps a service's snapshot near the store, for as long as the program runs.
///
/// The store's feed is asked at a fixed interval, so an item is served that soon after its transaction ends. While the
/// store is away, the last snapshot serves on.
public struct CatalogueFollower: Service {
    private let service: RecommendationService
    private let interval: Duration
    private let logger: Logger

    public init(service: RecommendationService, interval: Duration = .milliseconds(50), logger: Logger) {
        self.service = service
        self.interval = interval
        self.logger = logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            var failures = 0
            while !Task.isCancelled {
                do {
                    try await service.refresh()
                    if failures > 0 { logger.notice("The store is back.") }
                    failures = 0
                } catch is CancellationError {
                    return
                } catch {
                    failures += 1
                    if failures == 1 { logger.warning("The snapshot could not be refreshed: \(error)") }
                }
                do {
                    try await Task.sleep(for: interval * (1 << min(failures, 5)))
                } catch {
                    return
                }
            }
        }
    }
}
