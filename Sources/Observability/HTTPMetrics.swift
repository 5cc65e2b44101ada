import Metrics
import Synchronization

/// Counts and times HTTP requests.
public final class HTTPMetrics: Sendable {
    private let factory: PrometheusRegistry
    private let inFlight: Meter
    private let answers = Mutex<[Answer: Instruments]>([:])

    private struct Answer: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Instruments {
        let requests: Counter
        let duration: Timer
    }

    public init(registry: PrometheusRegistry) {
        factory = registry
        inFlight = Meter(label: MetricDefinition.httpInFlight.name, factory: registry)
    }

    /// Counts a request as under way.
    public func begin() { inFlight.increment() }

    /// Counts a request as answered.
    ///
    /// - Parameters:
    ///   - route: The route's template, from a closed set: labels are kept for ever.
    ///   - method: The method, from a closed set.
    ///   - status: Status code of the answer.
    ///   - duration: Time since ``begin()``.
    public func end(route: String, method: String, status: Int, duration: Duration) {
        inFlight.decrement()
        let instruments = instruments(for: Answer(route: route, method: method, status: status))
        instruments.requests.increment()
        instruments.duration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    private func instruments(for answer: Answer) -> Instruments {
        answers.withLock { answers in
            if let known = answers[answer] { return known }
            let route = [("route", answer.route), ("method", answer.method)]
            let new = Instruments(
                requests: Counter(
                    label: MetricDefinition.httpRequests.name,
                    dimensions: route + [("status", String(answer.status))], factory: factory),
                duration: Timer(label: MetricDefinition.httpDuration.name, dimensions: route, factory: factory))
            answers[answer] = new
            return new
        }
    }
}
