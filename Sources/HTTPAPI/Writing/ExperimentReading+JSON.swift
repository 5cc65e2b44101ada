import Domain
import ExperimentStatistics
import Experiments
public import JSON
public import Serving

extension ExperimentReading {
    /// The report, as `GET /v1/experiments/{key}/report` and `linden experiments report --json` give it.
    public var json: JSONValue {
        .object([
            "experiment": .string(experiment.key), "state": .string(experiment.state.rawValue),
            "since_revision": since.map { .integer(Int($0.number)) } ?? .null,
            "since": since.map { .string($0.createdAt.text) } ?? .null,
            "sample_ratio_mismatch": report.map { $0.mismatch.json } ?? .null,
            "verdict": .array(sentences.map(JSONValue.string)),
            "primary": experiment.metrics.map { .string($0.primary) } ?? .null,
            "arms": .array(arms.map(\.json)),
            "comparisons": .array((report?.comparisons ?? []).map(\.json)),
            "interleaving": interleaving.map(\.json) ?? .null,
        ])
    }
}

extension SampleRatioMismatch {
    fileprivate var json: JSONValue {
        .object([
            "is_alarm": .bool(isAlarm), "chi_squared": .finite(statistic), "p": .finite(pValue),
            "arms": .array(
                arms.map {
                    ["key": .string($0.key), "exposed": .integer($0.exposed), "planned_ppm": .integer($0.planned)]
                }),
        ])
    }
}

extension ArmRecord {
    fileprivate var json: JSONValue {
        .object([
            "key": .string(arm), "units": .integer(units), "requests": .integer(answers),
            "latency_p99_ms": ValueHistogram(counts: latencies).quantile(0.99).map(JSONValue.finite) ?? .null,
            "metrics": .object(
                metrics.sorted { $0.key < $1.key }.map { name, moments in
                    JSONValue.Member(key: name, value: .finite(moments.means.x / moments.means.y))
                }),
        ])
    }
}

extension ExperimentReport.Comparison {
    fileprivate var json: JSONValue {
        .object([
            "arm": .string(arm), "verdict": .string("\(verdict)"),
            "difference": difference.map(\.json) ?? .null,
            "guardrails": .array(
                guardrails.map { check in
                    .object([
                        "metric": .string(check.guardrail.metric), "state": .string(check.state.rawValue),
                        "observed": check.observed.map(JSONValue.finite) ?? .null, "interval": check.interval.json,
                        "sentence": .string("\(check)"),
                    ])
                }),
        ])
    }
}

extension ArmDifference {
    fileprivate var json: JSONValue {
        .object([
            "value": .finite(difference), "control": .finite(control.value), "treatment": .finite(treatment.value),
            "standard_error": .finite(standardError), "always_valid": alwaysValid.json,
            "always_valid_p": .finite(alwaysValidP), "always_valid_lift": alwaysValidLift.json,
            "fixed_horizon": fixedHorizon.json, "fixed_horizon_p": .finite(fixedHorizonP),
            "variance_reduction": .finite(treatment.varianceReduction),
        ])
    }
}

extension InterleavingScore {
    fileprivate var json: JSONValue {
        .object([
            "treatment_wins": .integer(treatmentWins), "control_wins": .integer(controlWins), "ties": .integer(ties),
            "preference": preference.map(JSONValue.finite) ?? .null, "always_valid_p": .finite(alwaysValidP),
            "fixed_horizon_p": .finite(fixedHorizonP),
        ])
    }
}

extension Interval {
    fileprivate var json: JSONValue { .array([.finite(lower), .finite(upper)]) }
}

extension JSONValue {
    /// A number; null where it is infinite, which JSON has no word for.
    fileprivate static func finite(_ number: Double) -> JSONValue { number.isFinite ? .number(number) : .null }
}
