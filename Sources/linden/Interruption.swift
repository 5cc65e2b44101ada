import Foundation
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Ctrl-C and SIGTERM: the first during training keeps the best so far, any other ends the command with code 130.
///
/// What the command holds is put in order first; another signal, a second later or more, does not wait for that.
final class Interruption: Sendable {
    private struct State {
        var waiter: AsyncStream<Void>.Continuation?
        var isLeftToServices = false
    }

    private let state = Mutex(State())

    /// A signal so soon after another is the same wish: `timeout`, for one, sends two.
    private static let sameWish = Duration.seconds(1)

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
        let (stops, stop) = AsyncStream.makeStream(of: Void.self)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
            group.addTask { try await cancelling(at: stops) { try await body(interruption) } }
            group.addTask {
                var asked: ContinuousClock.Instant?
                for await _ in signals where !interruption.isHeeded() {
                    if let asked, .now - asked > sameWish { exitAtOnce() }
                    asked = asked ?? .now
                    stop.yield()
                }
                return nil
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() ?? nil else { throw Interrupted() }
            return value
        }
    }

    /// Runs `body`, cancelled as soon as `stops` has an element, and waits for its clean-up.
    private static func cancelling<Value: Sendable>(
        at stops: AsyncStream<Void>, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in stops { break }
                return nil
            }
            guard let value = try await group.next() ?? nil else {
                group.cancelAll()
                // What the body throws while it is cancelled is no news.
                while let result = await group.nextResult() { _ = result }
                throw Interrupted()
            }
            group.cancelAll()
            return value
        }
    }

    /// Ends the program with whatever is under way; an embedded server recovers at its next start.
    private static func exitAtOnce() -> Never {
        let failure = CommandFailure(Interrupted())
        failure.report(asJSON: CommandLine.arguments.contains("--json"))
        Foundation.exit(failure.exitCode)
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
