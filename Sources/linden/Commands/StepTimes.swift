import OfflineJobs
import Synchronization

/// How long each step of a training job took, in seconds.
final class StepTimes: Sendable {
    private enum Step { case training, publishing, calibrating }

    private struct State {
        var last: ContinuousClock.Instant
        var step = Step.training
        var seconds: [Step: Double] = [:]
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
        case .loading, .searching, .found, .training, .judging, .notJudged: advance(to: .training)
        case .publishing: advance(to: .publishing)
        case .calibrating: advance(to: .calibrating)
        }
    }

    /// Books the time until now on the last step.
    func end() { advance(to: .training) }

    var training: Double { seconds(of: .training) }
    var publishing: Double { seconds(of: .publishing) }
    var calibrating: Double { seconds(of: .calibrating) }

    private func seconds(of step: Step) -> Double { state.withLock { $0.seconds[step] ?? 0 } }

    private func advance(to next: Step) {
        let now = clock.now
        state.withLock { state in
            state.seconds[state.step, default: 0] += (now - state.last) / .seconds(1)
            state.step = next
            state.last = now
        }
    }
}
