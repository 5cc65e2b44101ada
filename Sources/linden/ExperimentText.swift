import Domain
import HTTPAPI
import ExperimentStatistics
import Experiments
import Foundation
import Serving

/// Reports of experiments, as commands print them.
enum ExperimentText {
    static func lines(of reading: ExperimentReading) -> [String] {
        let experiment = reading.experiment
        var lines = ["\(experiment.key), \(experiment.state.rawValue)" + since(reading)]
        if let mismatch = reading.report?.mismatch {
            lines.append(
                "Units as planned: \(mismatch.isAlarm ? "NO" : "yes")"
                    + String(format: " (chi-squared %.2f, p = %.4f)", mismatch.statistic, mismatch.pValue))
        }
        lines += reading.sentences
        guard reading.report?.mismatch.isAlarm != true else { return lines }
        if !reading.arms.isEmpty { lines += table(reading.arms) }
        for comparison in reading.report?.comparisons ?? [] {
            if let difference = comparison.difference {
                lines.append(
                    "\(comparison.arm) less \(experiment.arms.first?.key ?? "control"), "
                        + "\(experiment.metrics?.primary ?? ""): \(shown(difference.difference))")
                lines.append(
                    "  always valid \(shown(difference.alwaysValid)) (p = \(shown(difference.alwaysValidP)))"
                        + ", at one look fixed before \(shown(difference.fixedHorizon)) (p = \(shown(difference.fixedHorizonP)))"
                )
                if difference.treatment.varianceReduction > 0 {
                    lines.append(
                        String(
                            format: "  CUPED cut the variance by %.0f %%", difference.treatment.varianceReduction * 100)
                    )
                }
            }
            lines += comparison.guardrails.map { "  \($0)" }
        }
        return lines
    }

    private static func since(_ reading: ExperimentReading) -> String {
        reading.since.map { ", read since revision \($0.number) of \($0.createdAt.text)" } ?? ""
    }

    private static func table(_ arms: [ArmRecord]) -> [String] {
        let metrics = ArmRecord.metrics.filter { name in arms.allSatisfy { $0.metrics[name] != nil } }
        var rows = [["arm", "units", "requests", "p99 ms"] + metrics]
        for arm in arms {
            let p99 = ValueHistogram(counts: arm.latencies).quantile(0.99)
            rows.append(
                [arm.arm, "\(arm.units)", "\(arm.answers)", p99.map { shown($0) } ?? "-"]
                    + metrics.map { name in arm.metrics[name].map { shown($0.means.x / $0.means.y) } ?? "-" })
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            "  "
                + zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
        }
    }

    static func shown(_ value: Double) -> String { String(format: "%.4g", value) }
    static func shown(_ interval: Interval) -> String { "[\(shown(interval.lower)), \(shown(interval.upper))]" }
}
