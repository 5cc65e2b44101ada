import Metrics
import Observability
import Testing

@Suite("The Prometheus registry")
struct PrometheusTextTests {
    @Test("writes the text format 0.0.4, ordered by name and labels")
    func golden() {
        let registry = PrometheusRegistry(definitions: [
            MetricDefinition(name: "jobs_total", help: "Jobs done,\nby \\ kind."),
            MetricDefinition(name: "size", help: "Sizes.", buckets: [1, 2.5]),
        ])
        Counter(label: "jobs_total", dimensions: [("kind", "b")], factory: registry).increment(by: 3)
        Counter(label: "jobs_total", dimensions: [("kind", "a\"\\\n")], factory: registry).increment()
        Counter(label: "jobs_total", dimensions: [("kind", "b")], factory: registry).increment()
        let size = Recorder(label: "size", factory: registry)
        for value in [1.0, 2, 2.5, 7] { size.record(value) }
        Meter(label: "queue.depth", dimensions: [("http.route", "x")], factory: registry).set(-1.5)
        #expect(
            registry.text == """
                # HELP jobs_total Jobs done,\\nby \\\\ kind.
                # TYPE jobs_total counter
                jobs_total{kind="a\\"\\\\\\n"} 1
                jobs_total{kind="b"} 4
                # TYPE queue_depth gauge
                queue_depth{http_route="x"} -1.5
                # HELP size Sizes.
                # TYPE size histogram
                size_bucket{le="1"} 1
                size_bucket{le="2.5"} 3
                size_bucket{le="+Inf"} 4
                size_sum 12.5
                size_count 4

                """)
    }

    @Test("counts timers in seconds")
    func timer() {
        let registry = PrometheusRegistry()
        Timer(label: "t", dimensions: [("a", "b")], factory: registry).recordMilliseconds(2)
        #expect(registry.text.contains(#"t_bucket{a="b",le="0.001"} 0"#))
        #expect(registry.text.contains(#"t_bucket{a="b",le="0.0025"} 1"#))
        #expect(registry.text.contains(#"t_sum{a="b"} 0.002"#))
    }

    @Test("adds up what many tasks count at once")
    func concurrent() async {
        let registry = PrometheusRegistry()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 { Counter(label: "c", factory: registry).increment() }
                }
            }
        }
        #expect(registry.text == "# TYPE c counter\nc 8000\n")
    }

    @Test("never lets a counter fall, and counts nothing that is not a number")
    func oddAmounts() {
        let registry = PrometheusRegistry()
        let counter = FloatingPointCounter(label: "c", factory: registry)
        counter.increment(by: 2.5)
        counter.increment(by: Double.nan)
        counter.increment(by: -1.0)
        Recorder(label: "r", factory: registry).record(Double.nan)
        #expect(registry.text.contains("c 2.5\n"))
        #expect(registry.text.contains("r_count 0\n"))
    }

    @Test("forgets a metric that is destroyed")
    func destroys() {
        let registry = PrometheusRegistry()
        let counter = Counter(label: "c", factory: registry)
        counter.increment()
        counter.destroy()
        #expect(registry.text.isEmpty)
    }
}
