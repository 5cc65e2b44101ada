import Domain
import Experiments
import Planning
import Serving
import Testing

@Suite("The shipped tiers")
struct ShippedTiersTests {
    let tiers = TiersInForce.shipped

    @Test("differ in the best plan they reach, from the cheapest to the dearest")
    func differ() {
        #expect(tiers.fromCheapest.map(\.name) == ["economy", "standard", "premium"])
        #expect(Set(tiers.fromCheapest.map(\.plans.upperBound)).count == 3)
        #expect(TierDefinition.levels == 0...PlanTemplate.shipped.count - 1)
    }

    @Test(
        "book a plan under the cheapest tier that reaches it",
        arguments: [(0, "economy"), (2, "standard"), (4, "premium")])
    func booking(plan: Int, tier: String) {
        #expect(tiers.tierName(reaching: plan) == tier)
    }

    @Test("hold the default")
    func defaultTier() {
        #expect(tiers.configuration.tier(named: tiers.configuration.defaultTier) != nil)
        #expect(tiers.configuration.tier(named: "gold") == nil)
    }
}
