import Glibc

/// Wall time and processor time of this process since a moment.
struct ProcessStopwatch {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let processorStart: clock_t

    init() {
        start = clock.now
        processorStart = Glibc.clock()
    }

    /// Seconds passed.
    var seconds: Double { start.duration(to: clock.now) / .seconds(1) }

    /// Seconds that the process's threads worked.
    var processorSeconds: Double {
        // POSIX fixes CLOCKS_PER_SEC at a million.
        Double(Glibc.clock() - processorStart) / 1_000_000
    }
}
