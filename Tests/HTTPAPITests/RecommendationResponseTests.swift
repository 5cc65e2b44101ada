import Domain
import HTTPAPI
import JSON
import Serving
import Testing

@Suite("An answer as JSON")
struct RecommendationResponseTests {
    @Test("has the keys of the interface, in their order, and numbers at their shortest")
    func golden() throws {
        let response = RecommendationResponse(
            recommendationID: "r-1", generation: GenerationNumber(3), tier: "standard", scene: "home",
            items: [RecommendedItem(itemID: try ItemID("i5"), score: 0.91, rank: 1, reasons: ["two_tower"])],
            cost: CostReport(
                modelRevision: 1, budget: CostUnits(microunits: 20_000_000_000),
                planned: CostUnits(microunits: 18_400_000_000), spent: CostUnits(microunits: 17_910_250_000),
                stages: [
                    StageReport(
                        name: "request", dimensions: 0, rows: 1, cost: CostUnits(microunits: 20_000_000),
                        duration: .zero),
                    StageReport(
                        name: "scan", dimensions: 32, rows: 500_000, cost: CostUnits(microunits: 16_000_000_000),
                        duration: .microseconds(6_100)),
                ]),
            plan: "s32-k400-r256", estimatedRecall: 0.97, degradation: [.budgetCut], took: .microseconds(7_400))
        #expect(
            response.json.description
                == #"{"recommendation_id":"r-1","generation":"g3","tier":"standard","scene":"home","experiment":null,"config_revision":null,"#
                + #""items":[{"item_id":"i5","score":0.91,"rank":1,"reasons":["two_tower"]}],"#
                + #""cost":{"unit":"linden-cost/1","budget":20000,"planned":18400,"spent":17910.25,"#
                + #""money_micros":null,"stages":[{"name":"request","rows":1,"cost":20,"ms":0.0},"#
                + #"{"name":"scan","dims":32,"rows":500000,"cost":16000,"ms":6.1}]},"#
                + #""quality":{"estimated_recall":0.97,"plan":"s32-k400-r256"},"#
                + #""degraded":{"is_degraded":true,"reasons":["budget_cut"]},"took_ms":7.4}"#)
    }

    @Test("has what was spent in money where units have a price, and the explanation that was asked for")
    func moneyAndExplanation() throws {
        let response = RecommendationResponse(
            recommendationID: "r-1", generation: GenerationNumber(3), tier: "standard", scene: "home", items: [],
            cost: CostReport(
                modelRevision: 1, budget: .zero, planned: .zero, spent: CostUnits(microunits: 200_000_000), stages: [],
                price: UnitPrice(perMillionUnits: 0.00001)),
            plan: "s16", estimatedRecall: nil, degradation: [], took: .zero,
            explanation: RequestExplanation(
                plans: [
                    RequestExplanation.Plan(
                        name: "s16", expectedRecall: 0.5, expectedCost: CostUnits(microunits: 182_500_000),
                        isPaidFor: true),
                    RequestExplanation.Plan(
                        name: "s64", expectedRecall: nil, expectedCost: CostUnits(microunits: 300_000_000),
                        isPaidFor: false),
                ], chosen: "s16", reason: "finds most of what 200 units pay for",
                allotment: CostUnits(microunits: 190_000_000), lambda: 0.25))
        #expect(response.json["cost"]?["money_micros"] == .number(0.002))
        #expect(
            response.json["explain"]?.description
                == #"{"plans":[{"plan":"s16","expected_recall":0.5,"expected_cost":182.5,"is_paid_for":true},"#
                + #"{"plan":"s64","expected_recall":null,"expected_cost":300,"is_paid_for":false}],"#
                + #""chosen":"s16","why":"finds most of what 200 units pay for","allotment":190,"lambda":0.25}"#)
    }
}
