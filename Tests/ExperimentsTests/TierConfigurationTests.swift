import Domain
import Experiments
import JSON
import Testing

@Suite("A configuration")
struct TierConfigurationTests {
    @Test("is written in one form, which reads back as the same")
    func roundTrip() throws {
        let configuration = try SampleDocument.configuration()
        let again = try TierConfiguration(parsing: configuration.canonicalBytes)
        #expect(configuration.parentRevision == 42)
        #expect(again.parentRevision == nil)
        #expect(again.canonicalBytes == configuration.canonicalBytes)
        #expect(again.tiers == configuration.tiers && again.experiments == configuration.experiments)
        #expect(again.contentHash == configuration.contentHash && again.contentHash.count == 32)
        // Members in another order say the same; another value does not.
        let members = try #require(SampleDocument.value().members)
        #expect(try TierConfiguration(.object(members.reversed())).contentHash == configuration.contentHash)
        let other = try SampleDocument.configuration(setting: "/kill_switch", to: true)
        #expect(other.contentHash != configuration.contentHash)
    }

    @Test("ships as one that reads back")
    func shipped() throws {
        #expect(try TierConfiguration(parsing: TierConfiguration.shipped.canonicalBytes) == .shipped)
    }

    @Test("has in its schema the keys that are read", arguments: DocumentObject.allCases)
    func schema(kind: DocumentObject) throws {
        let properties = try #require(TierConfiguration.schema["$defs"]?[kind.rawValue]?["properties"]?.members)
        #expect(properties.map(\.key) == kind.keys)
        #expect(!TierConfiguration.schema.description.contains("null"))
    }

    @Test("has in its sample every key that its schema has")
    func sampleIsWhole() throws {
        var missing = Set(DocumentObject.allCases.flatMap(\.keys) + TargetingWord.allCases.map(\.rawValue))
        func visit(_ value: JSONValue) {
            for member in value.members ?? [] {
                missing.remove(member.key)
                visit(member.value)
            }
            value.elements?.forEach(visit)
        }
        visit(try SampleDocument.value())
        #expect(missing.isEmpty)
    }

    @Test(
        "may not change what a running experiment stands on",
        arguments: [
            ("/experiments/0/salt", "new", "/experiments/0/salt"), ("/layers/0/salt", "new", "/layers/0/salt"),
            ("/layers/0/unit", "session_id", "/layers/0/unit"),
            ("/experiments/0/range_ppm", [30_000, 420_000], "/experiments/0/range_ppm"),
            ("/experiments/0/arms/1/range_ppm", [600_000, 950_000], "/experiments/0/arms/1/range_ppm"),
            ("/experiments/4/salt", "new", "/experiments/4/salt"),
        ] as [(String, JSONValue, String)])
    func parent(path: String, value: JSONValue, pointer: String) throws {
        let before = try SampleDocument.configuration()
        let after = try SampleDocument.configuration(setting: path, to: value)
        #expect(after.problems(against: before).map(\.pointer.description).contains(pointer))
        #expect(before.problems(against: before).isEmpty)
    }

    @Test("may ramp an arm up, and change what has stopped")
    func rampAndRestart() throws {
        let before = try SampleDocument.configuration()
        let after = try SampleDocument.configuration(
            setting: "/experiments/0/arms/1/range_ppm", to: [500_000, 1_000_000])
        #expect(after.problems(against: before).isEmpty)
        let draft = try SampleDocument.configuration(setting: "/experiments/3/range_ppm", to: [850_000, 900_000])
        #expect(draft.problems(against: before).isEmpty)
    }

    @Test("is held to the installation's ladders, costs and past experiments")
    func facts() throws {
        let configuration = try SampleDocument.configuration()
        let cheapest = try [100, 60_001, 200, 300, 400].map { try #require(CostUnits(units: $0)) }
        let ladder = try PrefixLadder([16, 64, 256])
        let good = InstallationFacts(
            ladders: [GenerationNumber(3): ladder, GenerationNumber(4): ladder], activeGeneration: GenerationNumber(3),
            cheapestCosts: cheapest.map { min($0, CostUnits(microunits: 100)) }, pastSalts: ["g4": "y1"])
        #expect(configuration.problems(against: good).isEmpty)
        let bad = InstallationFacts(
            ladders: [GenerationNumber(1): try PrefixLadder([32, 128])], activeGeneration: GenerationNumber(1),
            cheapestCosts: cheapest, pastSalts: ["g4": "y0"])
        #expect(
            configuration.problems(against: bad).map(\.pointer.description) == [
                "/tiers/fixed/prefix_dims", "/tiers/fixed/rank_dims", "/tiers/premium/generation",
                "/tiers/premium/max_cost", "/experiments/5/salt", "/experiments/5/arms/1/generation",
            ])
    }

    @Test("is compared value by value, and lists by their keys")
    func diff() throws {
        let before = try SampleDocument.configuration()
        let after = try TierConfiguration(
            SampleDocument.value().setting("/experiments/2", to: nil).setting("/experiments/0/state", to: "STOPPED")
                .setting("/tiers/economy/max_cost", to: 5_000).setting("/scenes/feed", to: "premium"))
        #expect(ConfigurationDiff(from: before, to: before).lines.isEmpty)
        let lines = ConfigurationDiff(from: before, to: after).lines
        #expect(
            lines.map(\.pointer.description) == [
                "/tiers/economy/max_cost", "/scenes/feed", "/experiments/econ-vs-std/state", "/experiments/off",
            ])
        #expect(lines.first?.description == "/tiers/economy/max_cost: 4000 → 5000")
        #expect(lines.last?.after == nil)
        #expect(lines[1].before == nil)
    }
}
