import Synchronization

/// A clock that moves on by a second whenever it is read.
final class SteppingClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration
        func advanced(by duration: Duration) -> Self { Self(offset: offset + duration) }
        func duration(to other: Self) -> Duration { other.offset - offset }
        static func < (left: Self, right: Self) -> Bool { left.offset < right.offset }
    }

    private let seconds = Mutex(-1)

    var now: Instant {
        Instant(
            offset: .seconds(
                seconds.withLock {
                    $0 += 1
                    return $0
                }))
    }

    var minimumResolution: Duration { .seconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {}
}
