/// Measures a request's stages and tells when its deadline has come.
///
/// The only clock on the request path: it fills in milliseconds and cuts late work; it never chooses a plan.
struct RequestClock: Sendable {
    private let now: @Sendable () -> Duration
    private let start: Duration
    private let deadline: Duration?

    /// Starts a request's clock.
    ///
    /// - Parameters:
    ///   - now: Time since any fixed moment.
    ///   - limit: Time that the request may take, if it is limited.
    init(now: @escaping @Sendable () -> Duration, limit: Duration?) {
        self.now = now
        let start = now()
        self.start = start
        deadline = limit.map { start + $0 }
    }

    /// Time since the request began.
    var elapsed: Duration { now() - start }

    /// Time until the deadline; `nil` without one.
    var remaining: Duration? { deadline.map { $0 - now() } }

    /// Whether the deadline has come.
    var isLate: Bool { deadline.map { now() >= $0 } ?? false }
}
