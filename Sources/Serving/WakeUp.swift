import Logging

/// Wakes who follows a store: at an interval, and when its bell rings.
struct WakeUp: Sendable {
    /// Calls back soon after each change, until its task is cancelled; throws when it cannot be heard.
    typealias Bell = @Sendable (@escaping @Sendable () -> Void) async throws -> Void

    /// Longest time between two wakings.
    let interval: Duration
    /// `nil` where nothing rings.
    let bell: Bell?
    /// What is found at the interval alone while the bell cannot be heard, for the log.
    let subject: String
    let logger: Logger

    /// Wakes until the task is cancelled.
    func run(_ wake: AsyncStream<Void>.Continuation) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await tick(wake) }
            if let bell { group.addTask { await listen(to: bell, wake) } }
        }
        wake.finish()
    }

    private func tick(_ wake: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            wake.yield()
            do { try await Task.sleep(for: interval) } catch { break }
        }
    }

    /// Hears the bell, and tries again with pauses when it cannot be heard.
    private func listen(to bell: Bell, _ wake: AsyncStream<Void>.Continuation) async {
        var pause = interval
        while !Task.isCancelled {
            let start = ContinuousClock.now
            do {
                try await bell { wake.yield() }
            } catch {
                logger.debug("\(subject) are found by asking only: \(error)")
            }
            pause = start.duration(to: .now) > .seconds(60) ? interval : min(pause * 2, .seconds(10))
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }
}
