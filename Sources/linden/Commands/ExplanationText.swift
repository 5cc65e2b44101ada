import Domain
import Foundation
import Serving

/// Why a request got its plan, as commands print it.
enum ExplanationText {
    /// The reason, then the plans considered as a table, the chosen one marked.
    static func lines(_ explanation: RequestExplanation) -> [String] {
        var lines = ["why \(explanation.chosen): \(explanation.reason)"]
        if let allotment = explanation.allotment, let lambda = explanation.lambda {
            lines.append("of the shared capacity it gets \(allotment) units, at λ = \(String(format: "%.3g", lambda))")
        }
        var table = TextTable(columns: ["plan considered", "expected recall", "expected units", "paid for", ""])
        for plan in explanation.plans {
            table.append([
                plan.name, plan.expectedRecall.map { String(format: "%.3f", $0) } ?? "unknown",
                String(format: "%.1f", plan.expectedCost.units), plan.isPaidFor ? "yes" : "no",
                plan.name == explanation.chosen ? "chosen" : "",
            ])
        }
        return lines + table.lines
    }
}
