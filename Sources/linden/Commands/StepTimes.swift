import OfflineJobs
import Synchronization

/// How long each step of a training job took, in seconds.
final class StepTimes: Sendable {
    private struct State {
        var last: ContinuousClock.Instant
        var step: WritableKeyPath<Seconds, Double> & Sendable = \.training
        var seconds = Seconds()
    }

    struct Seconds: Sendable {
        var training = 0.0
        var publishing = 0.0
        var calibrating = 0.0
    }

    private let clock: ContinuousClock
    private let state: Mutex<State>

    init(_ clock: ContinuousClock) {
        self.clock = clock
        state = Mutex(State(last: clock.now))
    }

    /// Books the time until now on the step before, and the time from now on `step`.
    func mark(_ step: TrainJob.Step) {
        switch step {
        case .loading, .training: advance(to: \.training)
        case .publishing: advance(to: \.publishing)
        case .calibrating: advance(to: \.calibrating)
        }
    }

    /// Books the time until now on the last step.
    func end() { advance(to: \.training) }

    var training: Double { state.withLock { $0.seconds.training } }
    var publishing: Double { state.withLock { $0.seconds.publishing } }
    var calibrating: Double { state.withLock { $0.seconds.calibrating } }

    private func advance(to next: WritableKeyPath<Seconds, Double> & Sendable) {
        let now = clock.now
        state.withLock { state in
            state.seconds[keyPath: state.step] += (now - state.last) / .seconds(1)
            state.step = next
            state.last = now
        }
    }
}
