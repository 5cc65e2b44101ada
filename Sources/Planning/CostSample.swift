public import Domain

/// One measured piece of a request's work: what was counted, and how long it took.
public struct CostSample: Sendable {
    /// What was measured, such as the plan; residuals are told by it.
    public let label: String
    public let counts: CostCounts
    /// Time of one core, above 0.
    public let microseconds: Double

    public init(label: String, counts: CostCounts, microseconds: Double) {
        precondition(microseconds > 0, "Work that took \(microseconds) µs.")
        self.label = label
        self.counts = counts
        self.microseconds = microseconds
    }
}

/// How well a cost model tells what was measured.
public struct CostModelAccuracy: Sendable {
    /// How far off the samples of one label are.
    public struct Residual: Sendable {
        public let label: String
        public let samples: Int
        /// Median of the measured times, in microseconds.
        public let measured: Double
        /// Median of predicted less measured, as a share of the measured.
        public let medianError: Double
    }

    /// R² under the weights of the fit, 1 at most: 1 − Σ(rᵢ)² / Σ(cᵢ)², where rᵢ is the model's error as a share of the
    /// measured time, and cᵢ that of the best price that were the same for all.
    public let explained: Double
    /// Median of predicted less measured without its sign, as a share of the measured.
    public let medianError: Double
    /// Spearman's rank correlation of predicted and measured, equal values at their mean rank.
    public let rankCorrelation: Double
    /// By label, in the order in which labels first came.
    public let residuals: [Residual]
    public let samples: Int

    /// Compares a model with measurements; at least one.
    public init(of model: CostModel, on samples: [CostSample]) {
        precondition(!samples.isEmpty, "Nothing was measured to compare a cost model with.")
        let measured = samples.map(\.microseconds)
        let predicted = samples.map { model.cost(of: $0.counts).units }
        let errors = zip(predicted, measured).map { $0 / $1 - 1 }
        // The best constant c minimises Σ(c / yᵢ − 1)².
        let inverse = measured.map { 1 / $0 }
        let constant = inverse.reduce(0, +) / inverse.reduce(0) { $0 + $1 * $1 }
        let spread = inverse.reduce(0) { $0 + (constant * $1 - 1) * (constant * $1 - 1) }
        let missed = errors.reduce(0) { $0 + $1 * $1 }
        explained = spread > 0 ? 1 - missed / spread : (missed < 1e-12 ? 1 : 0)
        medianError = Self.median(errors.map(abs))
        rankCorrelation = Self.spearman(predicted, measured)
        var labels: [String] = []
        var places: [String: [Int]] = [:]
        for (place, sample) in samples.enumerated() {
            if places[sample.label] == nil { labels.append(sample.label) }
            places[sample.label, default: []].append(place)
        }
        residuals = labels.map { label in
            let places = places[label] ?? []
            return Residual(
                label: label, samples: places.count, measured: Self.median(places.map { measured[$0] }),
                medianError: Self.median(places.map { errors[$0] }))
        }
        self.samples = samples.count
    }

    /// The middle value, or the mean of the two; 0 of none.
    package static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Pearson's correlation of the ranks; 0 where one side is all equal.
    static func spearman(_ left: [Double], _ right: [Double]) -> Double {
        let (left, right) = (ranks(left), ranks(right))
        let mean = Double(left.count + 1) / 2
        var (both, leftSquares, rightSquares) = (0.0, 0.0, 0.0)
        for (l, r) in zip(left, right) {
            both += (l - mean) * (r - mean)
            leftSquares += (l - mean) * (l - mean)
            rightSquares += (r - mean) * (r - mean)
        }
        let scale = (leftSquares * rightSquares).squareRoot()
        return scale > 0 ? both / scale : 0
    }

    /// Ranks from 1 on; equal values share the mean of theirs.
    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first...last { ranks[order[place]] = Double(first + last) / 2 + 1 }
            first = last + 1
        }
        return ranks
    }
}
