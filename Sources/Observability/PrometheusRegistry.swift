public import Metrics
import Synchronization

/// Keeps metrics in memory and writes them as Prometheus' text format; a backend for swift-metrics.
///
/// Labels become names that Prometheus allows (`http.route` → `http_route`). Asking twice for a name with the same
/// dimensions gives the same series. Timers and aggregating recorders are histograms over the buckets of their
/// ``MetricDefinition``, timers in seconds.
public final class PrometheusRegistry: MetricsFactory {
    private let definitions: [String: MetricDefinition]
    private let families = Mutex<[String: Family]>([:])

    /// One name: its series by their labels.
    struct Family: Sendable {
        let kind: Kind
        var series: [String: any PrometheusSeries] = [:]
    }

    /// What a `TYPE` line can say here.
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// Creates an empty registry.
    ///
    /// - Parameter definitions: Help and buckets by name; a name that is not among them has no `HELP` line, and
    ///   ``MetricDefinition/durationBuckets`` if it is a histogram.
    public init(definitions: [MetricDefinition] = MetricDefinition.all) {
        self.definitions = Dictionary(definitions.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Everything measured so far, in Prometheus' text format 0.0.4, ordered by name and labels.
    public var text: String {
        let families = families.withLock { $0 }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            if let help = definitions[name]?.help {
                text += "# HELP \(name) \(PrometheusText.escapedHelp(help))\n"
            }
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name: name, labels: labels, into: &text)
            }
        }
        return text
    }

    private func series<Series: PrometheusSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: Kind, make: (_ name: String) -> Series
    ) -> Series {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            let existing = family.series[labels]
            precondition(
                family.kind == kind && (existing == nil || existing is Series),
                "The metric \(name) is a \(family.kind.rawValue); it cannot be a \(kind.rawValue) as well.")
            if let existing = existing as? Series { return existing }
            let series = make(name)
            family.series[labels] = series
            families[name] = family
            return series
        }
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                families[name]?.series[labels] = nil
                if family.series.count == 1 { families[name] = nil }
            }
        }
    }
}

extension PrometheusRegistry {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { _ in PrometheusCounter() }
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, .counter) { _ in PrometheusCounter() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { _ in PrometheusGauge() }
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, .gauge) { _ in PrometheusGauge() } }
        return series(label, dimensions, .histogram, make: histogram)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram, make: histogram)
    }

    private func histogram(name: String) -> PrometheusHistogram {
        let buckets = definitions[name]?.buckets ?? []
        return PrometheusHistogram(bounds: buckets.isEmpty ? MetricDefinition.durationBuckets : buckets)
    }

    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }

    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }

    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }

    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
