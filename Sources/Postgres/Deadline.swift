/// The moment at which a caller stops waiting; one value can be handed down through many calls.
public struct Deadline: Sendable, Hashable, Comparable {
    /// `nil`: there is none.
    let instant: ContinuousClock.Instant?

    public init(at instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    private init() {
        self.instant = nil
    }

    /// No deadline: a server that hangs then hangs its caller.
    public static let never = Deadline()

    /// `duration` from now.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(at: .now + duration)
    }

    public static func seconds(_ seconds: Double) -> Deadline { .after(.seconds(seconds)) }

    public static func milliseconds(_ milliseconds: Int) -> Deadline { .after(.milliseconds(milliseconds)) }

    /// What is left, never less than zero; `nil` when there is no deadline.
    public var remaining: Duration? {
        instant.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
    }

    /// Suspends until the deadline; for ever, if there is none and the task is not cancelled.
    func sleep() async throws {
        try await Task.sleep(until: instant ?? .now + .seconds(1_000_000_000), clock: .continuous)
    }

    /// Earlier first; ``never`` is last.
    public static func < (left: Deadline, right: Deadline) -> Bool {
        switch (left.instant, right.instant) {
        case (let left?, let right?): left < right
        case (.some, nil): true
        case (nil, _): false
        }
    }
}

/// Sleeps; a cancellation is a ``PostgresError``.
func cancellableSleep(_ duration: Duration) async throws(PostgresError) {
    guard duration > .zero else { return }
    do {
        try await Task.sleep(for: duration)
    } catch {
        throw .cancelledWhileWaiting
    }
}

extension PostgresError {
    static var cancelledWhileWaiting: PostgresError {
        PostgresError(kind: .cancelled, message: "The task was cancelled while it waited for PostgreSQL.")
    }
}
