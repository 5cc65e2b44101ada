public import Domain

/// A cost model whose weights were fitted to measured work, so that one unit is a microsecond of one core.
///
/// Non-negative least squares of relative errors: each sample is divided by its measured time, so that a plan of 10 µs and
/// one of 10 ms say as much.
public struct CostModelFit: Sendable {
    /// Where a weight comes from.
    public enum Origin: String, Sendable {
        /// From the measurements.
        case fitted
        /// No sample had work of its kind: the weight of the model before.
        case notMeasured = "not measured"
        /// The samples' work of its kind goes hand in hand with other kinds': the weight of the model before.
        case notToldApart = "not told apart"
    }

    public let model: CostModel
    /// By the raw value of ``Domain/CostKind``.
    private let origins: [Origin]
    /// On samples that the weights were not fitted to.
    public let accuracy: CostModelAccuracy

    /// What was fitted of a kind's weight.
    public func origin(of kind: CostKind) -> Origin { origins[kind.rawValue] }

    /// Least share of the measurements' spread that a model must explain.
    public static let leastExplained = 0.9
    /// Least samples to fit to, and to judge by.
    public static let leastSamples = 30

    /// Fits the weights of all kinds that the samples tell of.
    ///
    /// - Parameters:
    ///   - samples: What was measured; the model is fitted to these.
    ///   - others: What was measured besides; the model is judged by these.
    ///   - before: Gives the weights of kinds that the samples do not tell of.
    ///   - revision: The new model's number.
    /// - Throws: ``CostModelFitError/tooFewSamples(_:needed:)``.
    public init(
        to samples: [CostSample], judgedBy others: [CostSample], from before: CostModel = .shipped, revision: Int
    ) throws(CostModelFitError) {
        guard min(samples.count, others.count) >= Self.leastSamples else {
            throw .tooFewSamples(min(samples.count, others.count), needed: Self.leastSamples)
        }
        var origins = CostKind.allCases.map { kind in
            samples.contains { $0.counts[kind] > 0 } ? Origin.fitted : .notMeasured
        }
        func column(_ kind: CostKind) -> [Double] {
            samples.map { Double($0.counts[kind]) / $0.microseconds }
        }
        let measured = CostKind.allCases.filter { origins[$0.rawValue] == .fitted }
        for (kind, isIndependent) in zip(measured, OrthogonalColumns(measured.map(column)).areIndependent)
        where !isIndependent {
            origins[kind.rawValue] = .notToldApart
        }
        let fitted = measured.filter { origins[$0.rawValue] == .fitted }
        let target = samples.map { sample in
            let known = CostKind.allCases.filter { origins[$0.rawValue] == .notToldApart }
                .reduce(0) { $0 + Double(sample.counts[$1]) * before[$1].units }
            return (sample.microseconds - known) / sample.microseconds
        }
        let weights = NonNegativeLeastSquares(columns: fitted.map(column), target: target).solution()
        let units = Dictionary(uniqueKeysWithValues: zip(fitted, weights))
        let model = CostModel(revision: revision) { kind in
            units[kind].map { CostUnits(microunits: Int(($0 * 1e6).rounded())) } ?? before[kind]
        }
        self.model = model
        self.origins = origins
        accuracy = CostModelAccuracy(of: model, on: others)
    }

    /// Refuses a model that nobody should plan by.
    ///
    /// - Throws: ``CostModelFitError/explainsTooLittle(explained:needed:worst:)`` below ``leastExplained``.
    public func check() throws(CostModelFitError) {
        guard accuracy.explained < Self.leastExplained else { return }
        throw .explainsTooLittle(
            explained: accuracy.explained, needed: Self.leastExplained,
            worst: accuracy.residuals.max { abs($0.medianError) < abs($1.medianError) }?.label ?? "")
    }
}

/// Why no cost model was fitted.
public enum CostModelFitError: Error, Equatable, CustomStringConvertible {
    case tooFewSamples(Int, needed: Int)
    case explainsTooLittle(explained: Double, needed: Double, worst: String)

    public var description: String {
        switch self {
        case .tooFewSamples(let count, let needed):
            "There are \(count) measurements; a cost model is fitted to \(needed) at least, and judged by as many. Measure "
                + "more plans or more queries."
        case .explainsTooLittle(let explained, let needed, let worst):
            "The fitted cost model explains \(Self.percent(explained)) of what was measured; it must explain "
                + "\(Self.percent(needed)). The plan \(worst) is the farthest off. Run again while the machine is less busy; the "
                + "model in use stays."
        }
    }

    private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded(.down))) %" }
}
