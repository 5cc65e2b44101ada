import Domain
import HTTPAPI
import Foundation
import JSON

/// Training runs as commands print them.
enum TrainingRunText {
    /// What came of a run, on what, and how good it was.
    static func lines(of run: TrainingRun) -> [String] {
        let (cut, end) = (run.start.cut, run.end)
        let until = cut.before.map { ", before \($0.text)" } ?? ""
        let seconds = end.outcome == .unfinished ? "" : "  \(Int(end.seconds.rounded())) s"
        var lines = [
            "\(run.number)  \(run.startedAt.text)\(seconds)  seed \(run.start.seed)  \(sentence(of: end.outcome))",
            "    \(cut.interactions) interactions of \(cut.users) users, \(cut.items) items\(until)",
        ]
        if !end.rungs.isEmpty {
            let recalls = end.rungs.map { "\($0.dimensions): " + String(format: "%.4f", $0.recall) }
            lines.append("    recall@\(end.cutoff) \(recalls.joined(separator: "  "))")
        }
        return lines + (end.comparison.map(GenerationText.lines(of:)) ?? []).map { "    \($0)" }
    }

    /// A run as scripts read it.
    ///
    /// - Throws: When its settings are no JSON, which the database refuses.
    static func json(of run: TrainingRun) throws -> JSONValue {
        let (cut, end) = (run.start.cut, run.end)
        let (outcome, generation, reason) = parts(of: end.outcome)
        return .object([
            "run": .string(run.number.description),
            "started_at": .string(run.startedAt.text),
            "outcome": .string(outcome),
            "generation": generation.map { .string($0.description) },
            "reason": reason.map { .string($0) },
            "seconds": end.outcome == .unfinished ? nil : .number(end.seconds),
            "until": cut.before.map { .string($0.text) },
            "latest": cut.latest.map { .string($0.text) },
            "interactions": .integer(cut.interactions),
            "users": .integer(cut.users),
            "items": .integer(cut.items),
            // Beyond 2^53 a number would not survive every reader.
            "seed": .string(String(run.start.seed)),
            "settings": try JSONValue(parsing: Array(end.settings.utf8)),
            "k": .integer(end.cutoff),
            "rungs": .array(
                end.rungs.map {
                    ["dims": .integer($0.dimensions), "recall": .number($0.recall), "ndcg": .number($0.ndcg)]
                }),
            "comparison": end.comparison.map(json(of:)),
        ])
    }

    private static func json(of comparison: GenerationComparison) -> JSONValue {
        [
            "active": .string(comparison.active.description),
            "users": .integer(comparison.users),
            "k": .integer(comparison.cutoff),
            "may_flatter_active": .bool(comparison.mayFlatterActive),
            "rungs": .array(
                comparison.rungs.map { rung in
                    [
                        "dims": .integer(rung.dimensions), "active": .number(rung.active), "new": .number(rung.new),
                        "difference": [.number(rung.difference.lowerBound), .number(rung.difference.upperBound)],
                    ]
                }),
        ]
    }

    private static func parts(
        of outcome: TrainingOutcome
    ) -> (word: String, generation: GenerationNumber?, reason: String?) {
        switch outcome {
        case .unfinished: ("unfinished", nil, nil)
        case .published(let generation): ("published", generation, nil)
        case .refused(let generation, let reason): ("refused", generation, reason)
        case .interrupted: ("interrupted", nil, nil)
        case .failed(let reason): ("failed", nil, reason)
        }
    }

    private static func sentence(of outcome: TrainingOutcome) -> String {
        switch outcome {
        case .unfinished: "unfinished: under way, or killed"
        case .published(let generation): "published as \(generation)"
        case .refused(_, let reason): "refused: \(reason)"
        case .interrupted: "interrupted"
        case .failed(let reason): "failed: \(reason)"
        }
    }
}
