import Domain
import Synchronization

/// What has come of exposures since the program began.
public struct ExposureCounters: Hashable, Sendable {
    /// Durable in the store.
    public internal(set) var written = 0
    /// Stored before, by a writing whose answer was lost.
    public internal(set) var known = 0
    /// Left out because too many waited.
    public internal(set) var dropped = 0
    /// Writings that failed, and were or will be tried again.
    public internal(set) var failures = 0
    /// That wait to be written.
    public internal(set) var waiting = 0

    public init() {}
}

/// Exposures that wait to be written: bounded, so that a store that is away slows no request.
final class ExposureQueue: Sendable {
    private struct State {
        var waiting: [Exposure] = []
        /// Taken to be written, and not durable yet.
        var taken = 0
        var counters = ExposureCounters()
    }

    private let state = Mutex(State())
    /// Exposures that wait at most.
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Lets an exposure wait, or counts it as dropped.
    func offer(_ exposure: Exposure) {
        state.withLock { state in
            if state.waiting.count + state.taken < limit {
                state.waiting.append(exposure)
            } else {
                state.counters.dropped += 1
            }
        }
    }

    /// Takes the oldest; they count as waiting until ``finish(_:new:)``.
    func take(atMost count: Int) -> [Exposure] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(batch.count)
            state.taken += batch.count
            return batch
        }
    }

    /// Lets a batch wait again, before all others.
    func putBack(_ batch: [Exposure]) {
        state.withLock { state in
            state.waiting.insert(contentsOf: batch, at: 0)
            state.taken -= batch.count
        }
    }

    /// Takes note that a writing failed.
    func fail() { state.withLock { $0.counters.failures += 1 } }

    /// Takes note that a batch is durable.
    func finish(_ count: Int, new: Int) {
        state.withLock { state in
            state.taken -= count
            state.counters.written += new
            state.counters.known += count - new
        }
    }

    var counters: ExposureCounters {
        state.withLock { state in
            var counters = state.counters
            counters.waiting = state.waiting.count + state.taken
            return counters
        }
    }
}
