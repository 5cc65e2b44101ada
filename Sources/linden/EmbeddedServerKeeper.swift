import Logging
import Postgres
import ServiceLifecycle

/// Starts the embedded PostgreSQL again when it dies while the service runs.
struct EmbeddedServerKeeper: Service {
    let server: EmbeddedServer
    let logger: Logger
    /// Between two looks at the server.
    var interval = Duration.seconds(1)

    func run() async {
        await cancelWhenGracefulShutdown {
            var isComplaining = false
            while !Task.isCancelled {
                do {
                    if !server.hasProcess {
                        try await server.ensureRunning()
                        logger.warning("The embedded PostgreSQL was gone, and runs again.")
                    }
                    isComplaining = false
                    try await Task.sleep(for: interval)
                } catch is CancellationError {
                    return
                } catch {
                    if !isComplaining { logger.error("The embedded PostgreSQL cannot be kept running: \(error)") }
                    isComplaining = true
                    do { try await Task.sleep(for: interval * 5) } catch { return }
                }
            }
        }
    }
}
