public import Domain
public import ExperimentStatistics
public import Experiments

/// What an experiment has brought so far, in the order in which it is to be read.
public struct ExperimentReading: Sendable {
    public let experiment: Experiment
    /// The oldest revision in which its arms were as they are: exposures from then on are read.
    public let since: TierRevision?
    /// Each arm with exposures, control first.
    public let arms: [ArmRecord]
    /// Arms held against the first; `nil` while one of them has no exposure, or the experiment names no metric.
    public let report: ExperimentReport?
    /// Whose items were clicked where both arms' lists were interleaved; `nil` where none were.
    public let interleaving: InterleavingScore?

    /// What all this says, in sentences; the first that forbids to read on is the last.
    public var sentences: [String] {
        var sentences: [String] = []
        if let report {
            guard !report.mismatch.isAlarm else { return report.comparisons.prefix(1).map { "\($0.verdict)" } }
            sentences += report.comparisons.map { "\($0.verdict)" }
        } else {
            sentences.append(
                experiment.metrics == nil
                    ? "No verdict: the experiment names no metric. Give it one, such as metrics: {primary: ctr}."
                    : "No verdict: not every arm has been shown to anybody yet.")
        }
        if let interleaving { sentences.append(interleaving.sentence(falsePositiveRate: experiment.analysis.alpha)) }
        return sentences
    }
}

extension ExperimentReading {
    /// Units at which intervals are sharpest, where nothing says how many there will be.
    private static let plannedUnits = 10_000

    /// Reads an experiment.
    ///
    /// Exposures from before the last change of its arms are left out: while an arm grows, who came only before is in the
    /// others, and the shares would not be those that were planned.
    ///
    /// - Parameters:
    ///   - experiment: As it is configured.
    ///   - since: The oldest revision in which its arms were so.
    ///   - records: The exposures.
    /// - Throws: ``Domain/StoreAway``.
    public init(
        of experiment: Experiment, since: TierRevision?, records: any ExperimentRecords
    ) async throws {
        var question = ExperimentQuestion(experiment: experiment.key)
        question.since = since?.createdAt
        let found = try await records.records(question)
        let order = experiment.arms.map(\.key)
        arms = found.filter { order.contains($0.arm) }.sorted {
            (order.firstIndex(of: $0.arm) ?? 0) < (order.firstIndex(of: $1.arm) ?? 0)
        }
        if experiment.interleavedShare != nil {
            let votes = try await records.votes(question)
            interleaving = InterleavingScore(
                treatmentWins: votes.second, controlWins: votes.first, ties: votes.ties)
        } else {
            interleaving = nil
        }
        report = experiment.metrics.flatMap { metrics in Self.report(experiment, metrics, found) }
        self.experiment = experiment
        self.since = since
    }

    private static func report(
        _ experiment: Experiment, _ metrics: ExperimentMetrics, _ records: [ArmRecord]
    ) -> ExperimentReport? {
        let read = experiment.arms.filter { $0.range.count > 0 }
            .map { arm in (arm, records.first { $0.arm == arm.key }) }
        guard read.count > 1, read.allSatisfy({ $0.1 != nil }) else { return nil }
        let arms = read.compactMap { arm, record in record.map { Self.arm(arm, $0, metrics) } }
        let analysis = experiment.analysis
        return ExperimentReport(
            control: arms[0], treatments: Array(arms.dropFirst()),
            guardrails: metrics.guardrails.map { Guardrail($0) },
            plan: AnalysisPlan(
                falsePositiveRate: analysis.alpha, plannedUnits: plannedUnits,
                minimumEffect: analysis.minimumDetectableEffect.map { .relative($0) },
                higherIsBetter: !["cost_per_request", "degraded_rate"].contains(metrics.primary)))
    }

    private static func arm(
        _ arm: Experiment.Arm, _ record: ArmRecord, _ metrics: ExperimentMetrics
    ) -> ExperimentReport.Arm {
        var measures: [String: GuardrailMeasure] = [
            "latency_p99_ms": .quantile(0.99, ValueHistogram(counts: record.latencies))
        ]
        for (name, moments) in record.metrics { measures[name] = .ratio(Moments(moments, withCovariate: false)) }
        return ExperimentReport.Arm(
            count: SampleRatioMismatch.Arm(key: arm.key, exposed: record.units, planned: arm.range.count),
            primary: record.metrics[metrics.primary]
                .map { Moments($0, withCovariate: metrics.covariate != nil) } ?? Moments(),
            measures: measures)
    }
}

extension Moments {
    /// What the store folded, with the units' covariate or without.
    fileprivate init(_ stored: UnitMoments, withCovariate: Bool) {
        let kept: SIMD3<Double> = withCovariate ? [1, 1, 1] : [1, 1, 0]
        let keptProducts: SIMD3<Double> = withCovariate ? [1, 1, 1] : [1, 0, 0]
        self.init(
            units: stored.units, means: stored.means * kept, squares: stored.squares * kept,
            products: stored.products * keptProducts)
    }
}

extension Guardrail {
    fileprivate init(_ configured: ExperimentMetrics.Guardrail) {
        let limit: Limit =
            switch configured.bound {
            case .maximum(let bound): .max(bound)
            case .minimum(let bound): .min(bound)
            case .maximumRatio(let bound): .maxRatio(bound)
            }
        self.init(metric: configured.metric, limit: limit)
    }
}
