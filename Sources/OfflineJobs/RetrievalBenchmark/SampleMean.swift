/// The mean of a sample, and how far that of another may lie off.
struct SampleMean: Hashable, Sendable {
    let value: Double
    /// Standard error of ``value``.
    let error: Double

    /// The mean of some numbers, one at least.
    init(_ sample: [Double]) {
        precondition(!sample.isEmpty, "The mean of nothing.")
        let mean = sample.reduce(0, +) / Double(sample.count)
        let variance = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, sample.count - 1))
        value = mean
        error = (variance / Double(sample.count)).squareRoot()
    }

    /// Whether it lies at least `margin` standard errors above `target`.
    func reaches(_ target: Double, margin: Double) -> Bool { value - margin * error >= target }
}
