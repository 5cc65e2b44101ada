import ExperimentStatistics
import TestSupport
import Testing

@Suite("A histogram of values")
struct ValueHistogramTests {
    @Test("knows each quantile to 1 %, merged or not", arguments: [0.01, 0.5, 0.9, 0.99, 1], 0..<5)
    func quantiles(share: Double, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<2_000).map { _ in 0.001 + 1_000 * generator.uniform() * generator.uniform() }
        var parts = (ValueHistogram(), ValueHistogram())
        for value in values {
            if Bool.random(using: &generator) { parts.0.add(value) } else { parts.1.add(value) }
        }
        parts.0.merge(parts.1)
        let exact = values.sorted()[Int((share * 2_000).rounded(.up)) - 1]
        let quantile = try #require(parts.0.quantile(share))
        #expect(abs(quantile / exact - 1) < 0.006)
        #expect(parts.0.count == 2_000)
        #expect(ValueHistogram(counts: parts.0.counts) == parts.0)
    }

    @Test("of nothing has no quantile, and bounds it nowhere")
    func empty() {
        #expect(ValueHistogram().quantile(0.5) == nil)
        #expect(ValueHistogram().quantileInterval(0.5, falsePositiveRate: 0.05) == Interval(lower: 0, upper: .infinity))
    }

    @Test("takes zero for the smallest of values")
    func zero() {
        var histogram = ValueHistogram()
        histogram.add(0)
        histogram.add(-1)
        #expect(histogram.counts.count == 1)
    }
}
