import Domain
import Experiments
import JSON
import Testing

@Suite("A decision about a request")
struct TierDecisionTests {
    @Test("is the scene's tier without an id, and exposes nobody")
    func withoutUnit() throws {
        let table = AssignmentTable(try SampleDocument.configuration(), revision: 42)
        let decision = table.decide(AssignmentUnits(), context: AssignmentContext(scene: "checkout"))
        #expect(decision.tier == "premium" && decision.reason == .default && decision.experiment == nil)
        #expect(decision.assignments.allSatisfy { !$0.isEnrolled })
        #expect(decision.revision == 42)
        #expect(table.decide(AssignmentUnits()).tier == "standard")
    }

    @Test("is an override's arm, and says so; of a draft too, of a stopped experiment not")
    func overrides() throws {
        let table = AssignmentTable(try SampleDocument.configuration())
        let decision = table.decide(AssignmentUnits(user: Array("qa-1".utf8)))
        #expect(decision.isOverride && decision.tier == "economy" && decision.arm == "econ")
        #expect(table.decide(AssignmentUnits(user: Array("qa-2".utf8))).tier == "fixed")
        #expect(!table.decide(AssignmentUnits(user: Array("qa-3".utf8))).isOverride)
        // Composed and decomposed are two ids.
        #expect(table.decide(AssignmentUnits(user: Array("caf\u{E9}".utf8))).isOverride)
        #expect(!table.decide(AssignmentUnits(user: Array("cafe\u{301}".utf8))).isOverride)
    }

    @Test("is the scene's tier for everyone when the kill switch is on")
    func killSwitch() throws {
        let table = AssignmentTable(try SampleDocument.configuration(setting: "/kill_switch", to: true))
        for unit in ["qa-1", "user-1", "user-2"] {
            let decision = table.decide(AssignmentUnits(user: Array(unit.utf8), session: Array(unit.utf8)))
            #expect(decision.tier == "standard" && decision.reason == .disabled && decision.generation == nil)
        }
    }

    @Test("takes the tier of one layer and the generation of another")
    func twoLayers() throws {
        let configuration = try SampleDocument.small(
            layers: [["key": "l", "salt": "s"], ["key": "m", "salt": "s"]],
            experiments: [
                SampleDocument.experiment("models", layer: "m", setting: "generation"),
                SampleDocument.experiment("tiers"),
            ])
        let table = AssignmentTable(configuration)
        var seen: Set<String> = []
        for unit in ReassignmentCount.syntheticUnits(200) {
            let decision = table.decide(AssignmentUnits(user: unit))
            #expect(decision.experiment == "tiers" && decision.assignments.count == 2)
            seen.insert("\(decision.tier) \(decision.generation?.description ?? "")")
        }
        #expect(seen == ["a g1", "a g2", "b g1", "b g2"])
    }

    @Test(
        "orders versions as semver.org does",
        arguments: zip(
            [
                "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
                "1.9.0",
            ],
            ["1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.10.0+7"]))
    func versions(lower: String, upper: String) throws {
        let (lower, upper) = (try #require(SemanticVersion(lower)), try #require(SemanticVersion(upper)))
        #expect(lower < upper && !(upper < lower) && lower != upper)
    }

    @Test(
        "knows no other version",
        arguments: [
            "", "1", "1.2", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "v1.2.3", "1.2.3.4", "1.2.3-a..b", " 1.2.3",
        ])
    func noVersion(text: String) {
        #expect(SemanticVersion(text) == nil)
    }
}
