import Experiments
import JSON
import Testing

@Suite("A malformed configuration")
struct MalformedDocumentTests {
    /// A change to the sample and the place that the refusal names.
    struct Fault: CustomStringConvertible {
        let path: String
        let value: JSONValue?
        let pointer: String

        init(_ path: String, _ value: JSONValue?, at pointer: String? = nil) {
            self.path = path
            self.value = value
            self.pointer = pointer ?? path
        }

        var description: String { "\(path) = \(value?.description.prefix(60) ?? "nothing")" }
    }

    static let document: [Fault] = [
        Fault("/schema", nil), Fault("/schema", "linden-tiers/2"), Fault("/schema", 1), Fault("/hash_version", nil),
        Fault("/hash_version", 2), Fault("/hash_version", "1"), Fault("/revision", -1), Fault("/revision", 1.5),
        Fault("/tiers", nil), Fault("/tiers", [:]), Fault("/tiers", []), Fault("/default_tier", nil),
        Fault("/default_tier", "gold"), Fault("/default_tier", 3), Fault("/floor_tier", "gold"),
        Fault("/scenes/checkout", "gold"), Fault("/scenes/Home", "economy"), Fault("/scenes", ["home"]),
        Fault("/kill_switch", "false"), Fault("/kill_switch", 0), Fault("/budget", 1), Fault("/layers", [:]),
        Fault("/layers/-", ["key": "tiering", "salt": "b"], at: "/layers/2/key"),
        Fault("/layers/0/key", "Tiering"), Fault("/layers/0/salt", nil), Fault("/layers/0/salt", ""),
        Fault("/layers/0/salt", "a:b"), Fault("/layers/0/unit", "device_id"), Fault("/layers/0/units", "user_id"),
        Fault("/layers/1/key", "other", at: "/experiments/5/layer"),
    ]

    static let tiers: [Fault] = [
        Fault("/tiers/economy/max_cost", 0), Fault("/tiers/economy/max_cost", -1),
        Fault("/tiers/economy/max_cost", "40"),
        Fault("/tiers/economy/max_cost", 1e13), Fault("/tiers/economy/budgt", 3), Fault("/tiers/economy/floor", 2),
        Fault("/tiers/economy/floor", 5), Fault("/tiers/economy/ceiling", -1), Fault("/tiers/economy/floor", 0.5),
        Fault("/tiers/fixed/prefix_dims", nil), Fault("/tiers/fixed/prefix_dims", 0),
        Fault("/tiers/fixed/prefix_dims", 5_000), Fault("/tiers/fixed/candidates", nil),
        Fault("/tiers/fixed/candidates", 0), Fault("/tiers/fixed/rank_dims", nil), Fault("/tiers/fixed/rank_dims", 32),
        Fault("/tiers/fixed", ["deadline_ms": 10]), Fault("/tiers/fixed", 7), Fault("/tiers/GOLD", ["max_cost": 1]),
        Fault("/tiers/economy/generation", 0), Fault("/tiers/economy/generation", "3"),
        Fault("/tiers/economy/generation", "g03"), Fault("/tiers/economy/value", 0),
        Fault("/tiers/economy/deadline_ms", 0), Fault("/tiers/economy/deadline_ms", 10.5),
        Fault("/tiers/economy/criticality", "urgent"), Fault("/tiers/economy/fallback", "gold"),
        Fault("/tiers/economy/fallback", "economy"),
        Fault("/tiers/economy/fallback", "fixed", at: "/tiers/standard/fallback"),
        Fault("/tiers/premium/rules/max_per_category", 0), Fault("/tiers/premium/rules/boosts/0/factor", 0),
        Fault("/tiers/premium/rules/boosts/0/factor", 11), Fault("/tiers/premium/rules/boosts/0/when", nil),
        Fault("/tiers/premium/rules/boosts/0/when", [:], at: "/tiers/premium/rules/boosts/0/when/category"),
        Fault("/tiers/premium/rules/boosts/1/when/category", "new"),
        Fault("/tiers/premium/rules/boosts/1/when/equals", nil),
        Fault("/tiers/premium/rules/diversity", 1),
    ]

    static let holdouts: [Fault] = [
        Fault("/holdouts/0/range_ppm", [10, 5]), Fault("/holdouts/0/range_ppm", [0, 1_000_001]),
        Fault("/holdouts/0/range_ppm", [-1, 5]), Fault("/holdouts/0/range_ppm", [0, 0.5]),
        Fault("/holdouts/0/range_ppm", [1]), Fault("/holdouts/0/range_ppm", nil), Fault("/holdouts/0/layer", "none"),
        Fault("/holdouts/0/range_ppm", [0, 20_001], at: "/experiments/0/range_ppm"), Fault("/holdouts/0/salt", "s"),
        Fault("/holdouts/1/salt", nil), Fault("/holdouts/1/key", "quiet"),
    ]

    static let experiments: [Fault] = [
        Fault("/experiments/0/key", nil), Fault("/experiments/1/key", "econ-vs-std"),
        Fault("/experiments/0/layer", "none"),
        Fault("/experiments/0/layer", nil), Fault("/experiments/0/salt", nil), Fault("/experiments/0/state", "ON"),
        Fault("/experiments/0/state", nil), Fault("/experiments/0/range_ppm", [420_000, 20_000]),
        Fault("/experiments/1/range_ppm", [400_000, 500_000]), Fault("/experiments/1/range_ppm", "all"),
        Fault("/experiments/1/range_ppm", [0, 1_000_000], at: "/layers/0"),
        Fault("/experiments/0/arms", []), Fault("/experiments/0/arms", nil),
        Fault("/experiments/0/arms/0/tier", "gold"), Fault("/experiments/0/arms/0/generation", "x"),
        Fault("/experiments/0/arms/1/range_ppm", [399_999, 950_000]), Fault("/experiments/0/arms/1/key", "control"),
        Fault("/experiments/0/arms/1/range_ppm", [0, 1_000_000], at: "/experiments/0/arms"),
        Fault("/experiments/0/arms/0/weight", 1),
        Fault("/experiments/5/arms/1/generation", nil, at: "/experiments/5/arms"),
        Fault("/experiments/5/arms/0/tier", "economy", at: "/experiments/5/layer"),
        Fault("/experiments/0/arms/0/generation", 3, at: "/experiments/5/layer"),
        Fault("/experiments/0/overrides/qa-1", "gone"), Fault("/experiments/0/overrides/qa-1", 1),
        Fault("/experiments/0/interleaving/share_ppm", 0), Fault("/experiments/2/interleaving", ["share_ppm": 5]),
        Fault("/experiments/0/metrics/primary", nil),
        Fault(
            "/experiments/0/metrics/guardrails/0/max", 1,
            at: "/experiments/0/metrics/guardrails/0"),
        Fault("/experiments/0/metrics/guardrails/2/min", nil, at: "/experiments/0/metrics/guardrails/2"),
        Fault("/experiments/0/analysis/method", "t-test"), Fault("/experiments/0/analysis/alpha", 0.6),
        Fault("/experiments/0/analysis/max_days", 0), Fault("/experiments/0/analysis/mde", 0),
        Fault("/experiments/0/analysis/power", 0.8), Fault("/experiments/0/owner", "me"),
    ]

    static let targeting: [Fault] = [
        Fault("/experiments/0/targeting", [:]), Fault("/experiments/0/targeting", ["attr": "a"]),
        Fault("/experiments/0/targeting", ["eq": 1], at: "/experiments/0/targeting/attr"),
        Fault("/experiments/0/targeting", ["attr": "a", "regex": "."], at: "/experiments/0/targeting/regex"),
        Fault("/experiments/0/targeting", ["attr": "a", "eq": 1, "lt": 2]),
        Fault("/experiments/0/targeting", ["attr": "a", "in": []], at: "/experiments/0/targeting/in"),
        Fault("/experiments/0/targeting", ["attr": "a", "in": [[1]]], at: "/experiments/0/targeting/in/0"),
        Fault("/experiments/0/targeting", ["attr": "a", "eq": nil], at: "/experiments/0/targeting/eq"),
        Fault("/experiments/0/targeting", ["attr": "a", "lt": "5"], at: "/experiments/0/targeting/lt"),
        Fault("/experiments/0/targeting", ["attr": "a", "prefix": ""], at: "/experiments/0/targeting/prefix"),
        Fault("/experiments/0/targeting", ["attr": "a", "semver": "1.0.0"], at: "/experiments/0/targeting/semver"),
        Fault("/experiments/0/targeting", ["attr": "a", "semver": ">=1.0"], at: "/experiments/0/targeting/semver"),
        Fault("/experiments/0/targeting", ["and": []], at: "/experiments/0/targeting/and"),
        Fault("/experiments/0/targeting", ["not": [["attr": "a", "eq": 1]]], at: "/experiments/0/targeting/not"),
        Fault(
            "/experiments/0/targeting", ["attr": "a", "or": [["attr": "a", "eq": 1]]],
            at: "/experiments/0/targeting/attr"),
    ]

    static let all = document + tiers + holdouts + experiments + targeting

    @Test("is refused at the place of each of more than a hundred faults", arguments: all)
    func refused(fault: Fault) throws {
        let spoilt = try SampleDocument.value().setting(fault.path, to: fault.value)
        let error = try #require(throws: ConfigurationError.self) { try TierConfiguration(spoilt) }
        #expect(error.problems.map(\.pointer.description).contains(fault.pointer), "\(error)")
        #expect(error.problems.allSatisfy { $0.detail.hasSuffix(".") })
        // The same from bytes, as HTTP gives it.
        #expect(throws: error) { try TierConfiguration(parsing: spoilt.bytes) }
    }

    @Test("comes in a hundred kinds at least")
    func hundred() {
        #expect(Self.all.count >= 100)
    }

    @Test("says all that is wrong at once")
    func allAtOnce() throws {
        let spoilt = try SampleDocument.value().setting("/budget", to: 1).setting("/tiers/economy/floor", to: 9)
            .setting("/experiments/0/state", to: "ON")
        let error = try #require(throws: ConfigurationError.self) { try TierConfiguration(spoilt) }
        #expect(
            error.problems.map(\.pointer.description) == ["/budget", "/tiers/economy/floor", "/experiments/0/state"])
    }

    @Test("is refused when nested a thousand deep, from bytes and from a value", arguments: ["not", "and"])
    func nested(word: String) throws {
        var condition: JSONValue = ["attr": "a", "eq": 1]
        for _ in 0..<1_000 {
            condition = word == "not" ? ["not": condition] : ["and": [condition]]
        }
        let spoilt = try SampleDocument.value().setting("/experiments/0/targeting", to: condition)
        for read in [{ try TierConfiguration(spoilt) }, { try TierConfiguration(parsing: spoilt.bytes) }] {
            let error = try #require(throws: ConfigurationError.self) { try read() }
            let pointer = try #require(error.problems.first?.pointer.description)
            #expect(pointer.hasPrefix("/experiments/0/targeting/\(word)/"))
        }
    }

    @Test("is refused past 1 MiB", arguments: [1 << 20, 10 << 20])
    func large(size: Int) throws {
        let bytes = try SampleDocument.bytes(of: "document.json") + Array(repeating: 0x20, count: size)
        let error = try #require(throws: ConfigurationError.self) { try TierConfiguration(parsing: bytes) }
        #expect(error.problems.map(\.pointer) == [JSONPointer()])
    }

    @Test("is refused where its bytes are no JSON", arguments: [("", ""), (#"{"tiers": {"a": }}"#, "/tiers/a")])
    func noJSON(text: String, pointer: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try TierConfiguration(parsing: Array(text.utf8)) }
        #expect(error.problems.map(\.pointer.description) == [pointer])
    }

    @Test("is refused for a key that YAML gave twice")
    func twice() throws {
        let members = try #require(SampleDocument.value().members)
        let error = try #require(throws: ConfigurationError.self) {
            try TierConfiguration(.object(members + [JSONValue.Member(key: "kill_switch", value: true)]))
        }
        #expect(error.problems.map(\.pointer.description) == ["/kill_switch"])
    }
}
