import Metrics
import Synchronization

/// One line, or for a histogram one block, of the exposition.
///
/// Conformers: ``PrometheusCounter``, ``PrometheusGauge``, ``PrometheusHistogram``.
protocol PrometheusSeries: AnyObject, Sendable {
    func write(name: String, labels: String, into text: inout String)
}

/// A sum that only grows.
final class PrometheusCounter: PrometheusSeries, CounterHandler, FloatingPointCounterHandler {
    private let sum = Mutex(0.0)

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    /// Adds `amount`; what is negative or not a number is left out, as a counter never falls.
    func increment(by amount: Double) {
        guard amount >= 0 else { return }
        sum.withLock { $0 += amount }
    }

    func reset() { sum.withLock { $0 = 0 } }

    func write(name: String, labels: String, into text: inout String) {
        PrometheusText.writeSample(name, labels, sum.withLock { $0 }, into: &text)
    }
}

/// A value that rises and falls.
final class PrometheusGauge: PrometheusSeries, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { self.value.withLock { $0 = value } }

    func increment(by amount: Double) { value.withLock { $0 += amount } }

    func decrement(by amount: Double) { increment(by: -amount) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    func write(name: String, labels: String, into text: inout String) {
        PrometheusText.writeSample(name, labels, value.withLock { $0 }, into: &text)
    }
}

/// How often values were at most each bound, and their sum.
final class PrometheusHistogram: PrometheusSeries, TimerHandler, RecorderHandler {
    private let bounds: [Double]
    private let state: Mutex<State>

    private struct State {
        /// Values in each bucket alone; the last counts those past every bound.
        var counts: [Int]
        var sum = 0.0
    }

    /// Creates an empty histogram.
    ///
    /// - Parameter bounds: Inclusive upper bounds, ascending, without infinity.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    /// Counts a value; one that is not a number is left out.
    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    func write(name: String, labels: String, into text: inout String) {
        let state = state.withLock { $0 }
        var count = 0
        for (bound, inBucket) in zip(bounds + [.infinity], state.counts) {
            count += inBucket
            let bucket = "le=\"\(PrometheusText.number(bound))\""
            let labels = labels.isEmpty ? bucket : labels + "," + bucket
            PrometheusText.writeSample(name + "_bucket", labels, Double(count), into: &text)
        }
        PrometheusText.writeSample(name + "_sum", labels, state.sum, into: &text)
        PrometheusText.writeSample(name + "_count", labels, Double(count), into: &text)
    }
}
