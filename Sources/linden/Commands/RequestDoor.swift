import Domain
import HTTPAPI
import JSON
import Serving

/// What a request costs at the door: a body read, an answer of ten items written.
struct RequestDoor: Sendable {
    private static let body = Array(
        #"{"user_id": "user-12345", "n": 10, "session_item_ids": ["item-1", "item-2"], "budget": {"max_cost": 900}}"#
            .utf8)
    private let response: RecommendationResponse

    init() throws {
        let items = try (1...10).map { rank in
            RecommendedItem(
                itemID: try ItemID("item-\(rank)"), score: 1 / Float(rank + 1), rank: rank, reasons: ["two_tower"])
        }
        let stages = Stage.allCases.map {
            StageReport(
                name: $0.name, dimensions: 64, rows: 1_000, cost: CostUnits(microunits: 12_345_678),
                duration: .microseconds(123))
        }
        response = RecommendationResponse(
            recommendationID: "01890a5d-ac96-774b-bcce-b302099a8057", generation: GenerationNumber(1), tier: "standard",
            scene: "home", items: items,
            cost: CostReport(
                modelRevision: 1, budget: CostUnits(microunits: 900_000_000),
                planned: CostUnits(microunits: 800_000_000), spent: CostUnits(microunits: 700_000_000), stages: stages),
            plan: "s64-k200-r256", estimatedRecall: 0.98, degradation: [], took: .microseconds(700))
    }

    /// Reads the body and writes the answer once.
    @Sendable func pass() throws {
        let asked = try RecommendationRequest.field.value(of: JSONValue(parsing: Self.body))
        let answer = response.json.description
        precondition(asked.count == 10 && !answer.isEmpty, "The example of a request is none.")
    }
}
