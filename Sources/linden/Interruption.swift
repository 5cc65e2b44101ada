import ServiceLifecycle
import Synchronization
import UnixSignals

/// Ctrl-C and SIGTERM: the first during training keeps the best so far, any other ends the command with code 130.
final class Interruption: Sendable {
    private struct State {
        var waiter: AsyncStream<Void>.Continuation?
        var isLeftToServices = false
    }

    private let state = Mutex(State())

    /// Returns at the first signal from now on; for work that can end early with something to show.
    @Sendable func stopsTraining() async {
        let (stops, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0.waiter = continuation }
        for await _ in stops { break }
        state.withLock { $0.waiter = nil }
    }

    /// From now on the signals are a service group's, which stops in its own order.
    func leaveToServices() { state.withLock { $0.isLeftToServices = true } }

    /// Runs `body`; a signal cancels it.
    ///
    /// - Throws: ``Interrupted`` after a signal; what `body` throws.
    static func run<Value: Sendable>(_ body: @escaping @Sendable (Interruption) async throws -> Value) async throws
        -> Value
    {
        let interruption = Interruption()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            group.addTask { try await body(interruption) }
            group.addTask {
                for await _ in signals where !interruption.isHeeded() { return nil }
                return nil
            }
            guard let first = try await group.next(), let value = first else {
                group.cancelAll()
                // The body's own clean-up comes first; what it throws while it is cancelled is no news.
                while let result = await group.nextResult() { _ = result }
                throw Interrupted()
            }
            group.cancelAll()
            return value
        }
    }

    /// Ends a training under way.
    ///
    /// - Returns: Whether there was one, or the signal is for the services.
    private func isHeeded() -> Bool {
        let state = state.withLock { state in
            defer { state.waiter = nil }
            return state
        }
        state.waiter?.yield()
        return state.waiter != nil || state.isLeftToServices
    }
}
