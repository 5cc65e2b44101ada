import Domain
import Foundation
import HTTPAPI
import JSON
import Serving

/// What a demonstration shows.
struct DemoResult: Sendable {
    /// One tier's answer beside the answer of all dimensions.
    struct Tier: Sendable {
        let response: RecommendationResponse
        let exact: [ItemID]

        /// Items of the answer that the full-vector answer has too.
        var agreeing: Int { response.items.count { exact.contains($0.itemID) } }
    }

    let dataset: String
    let user: UserID
    /// Titles, oldest first.
    let history: [String]
    let tiers: [Tier]
    let generation: Generation
    let titles: [ItemID: String]
    /// Wall time of each step, in order.
    let seconds: [(step: String, seconds: Double)]

    var json: JSONValue {
        .object([
            "dataset": .string(dataset), "user_id": .string(user.text),
            "history": .array(history.map(JSONValue.string)),
            "tiers": .array(
                tiers.map { tier in
                    .object([
                        "tier": .string(tier.response.tier), "response": tier.response.json,
                        "titles": .array(tier.response.items.map { .string(titles[$0.itemID] ?? "") }),
                        "overlap_with_full": .number(Double(tier.agreeing) / Double(max(1, tier.exact.count))),
                    ])
                }),
            "generation": generation.json,
            "rungs": .array(
                generation.rungs.map {
                    .object([
                        "dims": .integer($0.dimensions), "recall": .number($0.recall), "ndcg": .number($0.ndcg),
                    ])
                }),
            "seconds": .object(seconds.map { JSONValue.Member(key: $0.step, value: .number($0.seconds)) }),
        ])
    }

    var lines: [String] {
        ["", "User \(user) liked lately:"]
            + history.map { "  \($0)" }
            + ["", "The same request under three tiers:", ""]
            + sideBySide
            + ["", "One embedding, \(generation.ladder.rungs.count) lengths, each an embedding by itself:", ""]
            + GenerationText.rungLines(generation)
            + ["", seconds.map { String(format: "%@ %.1f s", $0.step, $0.seconds) }.joined(separator: ", ")]
    }

    private static let width = 36

    private var sideBySide: [String] {
        let columns = tiers.map { tier in
            let response = tier.response
            let recall = response.estimatedRecall.map { String(format: "%.3f", $0) } ?? "unknown"
            return ["\(response.tier): \(response.plan)"]
                + response.items.map { String(format: "%2d ", $0.rank) + (titles[$0.itemID] ?? $0.itemID.text) }
                + [
                    "", "spent \(response.cost.spent) of \(response.cost.budget) units",
                    "estimated recall \(recall)", "\(tier.agreeing) of \(tier.exact.count) as full vectors say",
                ]
        }
        let height = columns.map(\.count).max() ?? 0
        return (0..<height).map { row in
            columns.map { Self.padded(row < $0.count ? $0[row] : "") }.joined(separator: "  ")
        }
    }

    private static func padded(_ text: String) -> String {
        let cut = text.count > width ? String(text.prefix(width - 1)) + "…" : text
        return cut + String(repeating: " ", count: width - cut.count)
    }
}
