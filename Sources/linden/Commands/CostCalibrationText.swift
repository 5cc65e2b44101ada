import Domain
import Foundation
import JSON
import OfflineJobs
import Planning

/// A calibration of costs as `linden calibrate` prints it.
enum CostCalibrationText {
    static func progress(_ step: CostCalibrationJob.Step) -> String {
        switch step {
        case .loading(let generation): "Reading the \(generation.items) items of \(generation.number) …"
        case .askingStore(let users): "Asking the store for \(users) users, and for vectors …"
        case .measuring(let share): "Timing requests  \(ProgressLine.bar(share))  \(Int(share * 100)) %"
        case .fitting(let samples): "Fitting \(samples) measurements …"
        }
    }

    /// Plans that are told of as the farthest off.
    private static let worst = 5

    /// The weights beside those before, how well they tell the measurements, and what came of it.
    static func lines(of outcome: CostCalibrationJob.Outcome, stored: CostModel?) -> [String] {
        let fit = outcome.fit
        var lines = ["What a piece of work costs, in nanoseconds of one core (1 unit = 1 µs):", ""]
        lines.append("  " + row("kind", "weight", "in use", "shipped", "note"))
        for kind in CostKind.allCases {
            let origin = fit.origin(of: kind)
            lines.append(
                "  "
                    + row(
                        kind.name, nanoseconds(fit.model[kind]), nanoseconds(outcome.before[kind]),
                        nanoseconds(CostModel.shipped[kind]), origin == .fitted ? "" : "\(origin.rawValue): kept"))
        }
        let accuracy = fit.accuracy
        lines.append("")
        lines.append(
            "On \(accuracy.samples) measurements that it was not fitted to: R² \(rounded(accuracy.explained)), median error "
                + "\(percent(accuracy.medianError)), rank correlation \(rounded(accuracy.rankCorrelation)).")
        let shipped = CostModelAccuracy(of: outcome.before, on: outcome.judged)
        lines.append(
            "The model in use before, \(outcome.before.name), on the same: median error "
                + "\(percent(shipped.medianError)), rank correlation \(rounded(shipped.rankCorrelation)).")
        lines.append("Farthest off:")
        let residuals = accuracy.residuals.sorted { abs($0.medianError) > abs($1.medianError) }
        for residual in residuals.prefix(worst) {
            lines.append(
                String(format: "  %+6.1f %%  %9.1f µs  ", residual.medianError * 100, residual.measured)
                    + residual.label)
        }
        lines.append("")
        lines.append(
            stored.map {
                "Stored as \($0.name): new requests are planned by it from the next start of `linden serve` on."
            }
                ?? "Nothing was stored (--dry-run).")
        return lines
    }

    static func json(of outcome: CostCalibrationJob.Outcome, stored: CostModel?) -> JSONValue {
        let (fit, accuracy) = (outcome.fit, outcome.fit.accuracy)
        let weights = CostKind.allCases.map { kind -> JSONValue in
            [
                "kind": .string(kind.name),
                "ns": .number(Double(fit.model[kind].microunits) / 1_000),
                "in_use_ns": .number(Double(outcome.before[kind].microunits) / 1_000),
                "shipped_ns": .number(Double(CostModel.shipped[kind].microunits) / 1_000),
                "origin": .string(fit.origin(of: kind).rawValue),
            ]
        }
        let residuals = accuracy.residuals.map { residual -> JSONValue in
            [
                "label": .string(residual.label), "samples": .integer(residual.samples),
                "measured_us": .number(residual.measured), "median_error": .number(residual.medianError),
            ]
        }
        return [
            "generation": .string(outcome.generation.description),
            "stored": stored.map { .string($0.name) } ?? .null,
            "host": .string(outcome.draft.host),
            "weights": .array(weights),
            "r2": .number(accuracy.explained),
            "median_error": .number(accuracy.medianError),
            "rank_correlation": .number(accuracy.rankCorrelation),
            "samples": .integer(outcome.draft.samples),
            "residuals": .array(residuals),
        ]
    }

    private static func row(_ kind: String, _ weight: String, _ inUse: String, _ shipped: String, _ note: String)
        -> String
    {
        func right(_ text: String) -> String { String(repeating: " ", count: max(1, 13 - text.count)) + text }
        let name = kind + String(repeating: " ", count: max(1, 20 - kind.count))
        return name + right(weight) + right(inUse) + right(shipped) + (note.isEmpty ? "" : "  " + note)
    }

    private static func nanoseconds(_ weight: CostUnits) -> String {
        String(format: "%.3f", Double(weight.microunits) / 1_000)
    }

    private static func rounded(_ value: Double) -> String { String(format: "%.4f", value) }

    private static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
