import Domain
import Foundation
import Serving

/// Answers as commands print them.
enum RecommendationText {
    static func lines(_ response: RecommendationResponse, titles: RecommendationService, explains: Bool) -> [String] {
        var lines = response.items.map { item in
            String(format: "%4d  %.4f  ", item.rank, item.score) + item.itemID.text + "  "
                + (titles.title(of: item.itemID) ?? "")
        }
        lines.append(receipt(response))
        if explains { lines += response.cost.stages.map(stage) }
        if let explanation = response.explanation { lines += ExplanationText.lines(explanation) }
        if !response.degradation.isEmpty {
            lines.append("degraded: " + response.degradation.map(\.rawValue).joined(separator: ", "))
        }
        return lines
    }

    /// One line: tier, plan, units, estimated recall.
    static func receipt(_ response: RecommendationResponse) -> String {
        let recall = response.estimatedRecall.map { String(format: "%.3f", $0) } ?? "unknown"
        let money = response.cost.moneyMicros.map { ", \(String(format: "%.4g", $0)) millionths of the currency" } ?? ""
        return
            "\(response.tier)  \(response.plan)  spent \(response.cost.spent) of \(response.cost.budget) units\(money)  "
            + "estimated recall \(recall)  \(response.generation)"
    }

    private static func stage(_ stage: StageReport) -> String {
        let dimensions = stage.dimensions > 0 ? " × \(stage.dimensions) dims" : ""
        return "  \(stage.name): \(stage.rows) rows\(dimensions), \(stage.cost) units, "
            + String(format: "%.3f ms", stage.duration / .milliseconds(1))
    }
}
