import Domain
import Experiments
import Serving
import TestSupport
import Testing

@Suite("Tiers in force")
struct TierAssignmentTests {
    /// Half of the users in each of two arms; a tier with rules, and one with a plan of its own.
    static let document = """
        {"schema": "linden-tiers/1", "hash_version": 1,
         "tiers": {
            "economy": {"ceiling": 1},
            "standard": {"ceiling": 3},
            "fixed": {"prefix_dims": 8, "candidates": 5, "rank_dims": 0},
            "mixed": {"ceiling": 4, "rules": {"max_per_category": 1}},
            "boosted": {"ceiling": 4,
                "rules": {"boosts": [{"when": {"attribute": "language", "equals": "fr"}, "factor": 3}]}},
            "tight": {"max_cost": 30, "value": 2, "criticality": "sheddable"}},
         "default_tier": "standard", "scenes": {"mail": "economy"},
         "layers": [{"key": "l", "salt": "s"}],
         "experiments": [{"key": "e", "layer": "l", "salt": "x", "state": "RUNNING", "range_ppm": [0, 1000000],
            "overrides": {"drama-user-19": "cheap"},
            "arms": [{"key": "control", "range_ppm": [0, 500000], "tier": "standard"},
                     {"key": "cheap", "range_ppm": [500000, 1000000], "tier": "economy"}]}]}
        """

    static func configuration(_ text: String = document) throws -> TierConfiguration {
        try TierConfiguration(parsing: Array(text.utf8))
    }

    @Test("give users in an experiment their arm's tier, and say so")
    func arms() async throws {
        let planted = try await PlantedStore()
        planted.service.adopt(TiersInForce(try Self.configuration(), revision: 42))
        var arms: [String: Int] = [:]
        for group in PlantedStore.groups {
            for user in 0..<20 {
                let answer = try await planted.service.recommend(
                    try PlantedStore.request(user: "\(group)-user-\(user)"))
                let experiment = try #require(answer.experiment)
                #expect(experiment.key == "e" && answer.tierRevision == 42)
                #expect(answer.tier == (experiment.arm == "cheap" ? "economy" : "standard"))
                arms[experiment.arm, default: 0] += 1
            }
        }
        #expect(arms.values.allSatisfy { $0 > 15 } && arms.count == 2, "\(arms)")
        // Without a unit, with a tier of its own, or with a budget alone, a request is in no experiment.
        var request = RecommendationRequest()
        request.sessionItemIDs = [try ItemID("drama-1")]
        request.scene = "mail"
        #expect(try await planted.service.recommend(request).tier == "economy")
        for change in 0..<2 {
            var request = try PlantedStore.request(user: "drama-user-1")
            if change == 0 { request.tier = "economy" } else { request.maxCost = CostUnits(units: 1_000) }
            let answer = try await planted.service.recommend(request)
            #expect(answer.experiment == nil && answer.tierRevision == 42)
        }
    }

    @Test("cap what requests of a tier spend, and lay down plans")
    func limits() async throws {
        let planted = try await PlantedStore()
        planted.service.adopt(TiersInForce(try Self.configuration(), revision: 1))
        let tight = try await planted.service.recommend(
            try PlantedStore.request(user: "drama-user-1", tier: "tight"))
        #expect(tight.cost.budget == CostUnits(units: 30) && tight.cost.spent <= tight.cost.budget)
        var request = try PlantedStore.request(user: "drama-user-1", tier: "tight")
        request.maxCost = CostUnits(units: 25)
        #expect(try await planted.service.recommend(request).cost.budget == CostUnits(units: 25))
        let fixed = try await planted.service.recommend(
            try PlantedStore.request(user: "drama-user-1", tier: "fixed"))
        #expect(fixed.plan == "s8")
        await #expect(throws: RequestError.self) {
            try await planted.service.recommend(try PlantedStore.request(user: "drama-user-1", tier: "premium"))
        }
    }

    @Test("keep rules: no category more than so often, some items before others")
    func rules() async throws {
        let planted = try await PlantedStore()
        planted.service.adopt(TiersInForce(try Self.configuration(), revision: 1))
        let plain = try await planted.service.recommend(
            try PlantedStore.request(user: "drama-user-1", tier: "standard"))
        #expect(plain.items.allSatisfy { $0.itemID.text.hasPrefix("drama") })
        let mixed = try await planted.service.recommend(try PlantedStore.request(user: "drama-user-1", tier: "mixed"))
        #expect(Set(mixed.items.map { $0.itemID.text.prefix(3) }).count == 3)
        #expect(mixed.items.first?.itemID == plain.items.first?.itemID)
        let boosted = try await planted.service.recommend(
            try PlantedStore.request(user: "drama-user-1", tier: "boosted"))
        // Those with an odd number are French.
        #expect(boosted.items.allSatisfy { ["1", "3", "5", "7", "9"].contains($0.itemID.text.suffix(1)) })
    }

    @Test("follow the store to the newest revision, and stay where they are while it is away")
    func follow() async throws {
        let planted = try await PlantedStore()
        #expect(try await planted.service.followTiers() == nil && planted.service.tiers.revision == nil)
        let publisher = planted.service.tierPublisher
        let first = try await publisher.publish(
            try await publisher.proposal(try Self.configuration(), document: Self.document), actor: "a", reason: "r")
        #expect(first.number == 1 && first.draft.document == Self.document)
        planted.store.setAway(true)
        await #expect(throws: StoreAway.self) { try await planted.service.followTiers() }
        planted.store.setAway(false)
        #expect(try await planted.service.followTiers()?.revision == 1)
        #expect(try await planted.service.followTiers() == nil)
        #expect(planted.service.tiers.configuration.experiment(named: "e") != nil && planted.service.tiersAge != nil)
        // Stopped, by whoever watches over it.
        let stopped = try await publisher.stop(experiment: "e", actor: "guardrail", reason: "p99")
        #expect(try await planted.service.followTiers()?.revision == stopped.number)
        let answer = try await planted.service.recommend(try PlantedStore.request(user: "drama-user-1"))
        #expect(answer.experiment == nil && answer.tier == "standard" && answer.tierRevision == 2)
        // And back, byte for byte.
        let back = try await publisher.publish(
            try await publisher.rollback(to: 1), actor: "a", reason: "rollback to 1")
        #expect(back.number == 3 && back.draft.document == Self.document && back.draft.sha256 == first.draft.sha256)
        await #expect(throws: NoSuchTierRevision.self) { _ = try await publisher.rollback(to: 9) }
        await #expect(throws: NoSuchExperiment.self) {
            _ = try await publisher.stop(experiment: "x", actor: "a", reason: "r")
        }
    }

    @Test("are refused when written for another revision, or for another installation")
    func refusals() async throws {
        let planted = try await PlantedStore()
        let publisher = planted.service.tierPublisher
        _ = try await publisher.publish(
            try await publisher.proposal(try Self.configuration(), document: Self.document), actor: "a", reason: "r")
        await #expect(throws: StaleTierRevision(parent: nil, active: 1)) {
            _ = try await publisher.proposal(try Self.configuration(), document: Self.document, parent: 0)
        }
        for (old, new, pointer) in [
            ("\"prefix_dims\": 8", "\"prefix_dims\": 7", "/tiers/fixed/prefix_dims"),
            ("\"max_cost\": 30", "\"max_cost\": 30, \"generation\": \"g9\"", "/tiers/tight/generation"),
            ("\"max_cost\": 30", "\"max_cost\": 0.001", "/tiers/tight/max_cost"),
            ("\"salt\": \"x\"", "\"salt\": \"y\"", "/experiments/0/salt"),
        ] {
            let error = await #expect(throws: ConfigurationError.self) {
                let changed = Self.document.replacing(old, with: new)
                _ = try await publisher.proposal(try Self.configuration(changed), document: changed)
            }
            let places = (error?.problems ?? []).map { "\($0)" }
            #expect(places.contains { $0.hasPrefix(pointer + ":") }, "\(pointer): \(places)")
        }
        #expect(try await planted.store.activeTierRevision() == 1)
    }
}
