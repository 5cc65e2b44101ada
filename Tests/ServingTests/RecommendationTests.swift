import Domain
import Experiments
import Serving
import TestSupport
import Testing

@Suite("A recommendation")
struct RecommendationTests {
    @Test("is what the user's group likes and the user has not seen", arguments: PlantedStore.groups)
    func personal(group: String) async throws {
        let planted = try await PlantedStore()
        let request = try PlantedStore.request(user: "\(group)-user-0")
        let response = try await planted.service.recommend(request)
        #expect(Set(response.items.map(\.itemID.text)) == ["\(group)-0", "\(group)-1", "\(group)-2"])
        #expect(response.items.map(\.rank) == [1, 2, 3])
        #expect(response.degradation.isEmpty)
        #expect(response.estimatedRecall != nil)
    }

    @Test("costs the same and is the same each time", arguments: TierConfiguration.shipped.tiers.map(\.name))
    func repeats(tier: String) async throws {
        let planted = try await PlantedStore()
        let request = try PlantedStore.request(user: "drama-user-3", tier: tier)
        let first = try await planted.service.recommend(request)
        for _ in 0..<20 {
            let again = try await planted.service.recommend(request)
            #expect(again.items == first.items)
            #expect(again.cost.spent == first.cost.spent)
            #expect(again.cost.stages.map(\.cost) == first.cost.stages.map(\.cost))
            #expect(again.recommendationID != first.recommendationID)
        }
        #expect(first.tier == tier)
        #expect(first.cost.spent <= first.cost.budget)
        #expect(first.cost.planned <= first.cost.budget)
        #expect(first.cost.stages.map(\.cost).reduce(.zero, +) == first.cost.spent)
    }

    @Test("spends no more than its budget, on the best plan that it pays for")
    func budgets() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request(user: "drama-user-3", tier: "premium")
        let dearest = try await planted.service.recommend(request).cost.planned.microunits
        request.maxCost = .zero
        var floor = CostUnits.zero
        do {
            _ = try await planted.service.recommend(request)
            Issue.record("Nothing paid for an answer.")
        } catch RequestError.budgetTooSmall(_, let price, _) {
            floor = price
        }
        var plans: Set<String> = []
        // Plans that scan lie close together above what every request of a user pays.
        for below in (0...80).map({ $0 * 20_000 }) + [dearest / 2, dearest - floor.microunits] {
            request.maxCost = CostUnits(microunits: dearest - below)
            let response = try await planted.service.recommend(request)
            #expect(response.cost.spent <= response.cost.budget)
            #expect(response.items.count == 3)
            plans.insert(response.plan)
        }
        #expect(plans.count >= 4 && plans.contains("popular"))
        request.maxCost = CostUnits(microunits: floor.microunits - 1)
        await #expect(throws: RequestError.self) { try await planted.service.recommend(request) }
    }

    @Test("under a budget without a tier is booked under the cheapest tier that finds as much", arguments: [200, 1e6])
    func booking(budget: Double) async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request(user: "drama-user-3")
        request.maxCost = CostUnits(units: budget)
        let answer = try await planted.service.recommend(request)
        request.maxCost = nil
        var tiers: [String] = []
        for tier in TierConfiguration.shipped.tiers.map(\.name) {
            request.tier = tier
            let items = try await planted.service.recommend(request).items.map(\.itemID)
            if items == answer.items.map(\.itemID) { tiers.append(tier) }
        }
        #expect(tiers.contains(answer.tier), "\(tiers), \(answer.tier)")
    }

    @Test("finds all that the full vectors find, under the premium tier", arguments: 0..<5)
    func exact(user: Int) async throws {
        let planted = try await PlantedStore()
        let request = try PlantedStore.request(user: "comedy-user-\(user)", tier: "premium")
        let exact = try await planted.service.exactItems(for: request)
        #expect(try await planted.service.recommend(request).items.map(\.itemID) == exact)
    }

    @Test("like an item is of the item's group, and not the item")
    func similar() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request()
        request.itemID = try ItemID("action-4")
        let items = try await planted.service.recommend(request).items
        #expect(items.allSatisfy { $0.itemID.text.hasPrefix("action-") && $0.itemID != request.itemID })
        #expect(items.allSatisfy { $0.reasons == ["similar_item"] })
    }

    @Test("for an embedding is what lies near it")
    func embedding() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request()
        request.embedding = [Float](repeating: 0.1, count: 32)
        #expect(try await planted.service.recommend(request).items.count == 3)
        request.embedding = [1, 2]
        await #expect(throws: RequestError.self) { try await planted.service.recommend(request) }
    }

    @Test("keeps to its filter, and says when that leaves too few")
    func filters() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request(user: "drama-user-3")
        request.filter = ItemFilter(categories: ["comedy"], attributes: ["language": ["fr"]])
        request.excludedItemIDs = try ["comedy-1", "comedy-3"].map { try ItemID($0) }
        request.count = 5
        let response = try await planted.service.recommend(request)
        #expect(Set(response.items.map(\.itemID.text)) == ["comedy-5", "comedy-7", "comedy-9"])
        #expect(response.degradation == [.notEnoughItems])
        request.filter = ItemFilter(attributes: ["colour": ["red"]])
        await #expect(throws: RequestError.self) { try await planted.service.recommend(request) }
    }

    @Test("is refused for what is not there")
    func refusals() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request(tier: "gold")
        await #expect(throws: RequestError.unknownTier("gold", known: ["economy", "standard", "premium"])) {
            try await planted.service.recommend(request)
        }
        request = try PlantedStore.request()
        request.itemID = try ItemID("nothing")
        await #expect(throws: RequestError.unknownItem(try ItemID("nothing"))) {
            try await planted.service.recommend(request)
        }
        for count in [0, 1_001, 1_000_000_000] {
            request = try PlantedStore.request()
            request.count = count
            await #expect(throws: RequestError.self) { try await planted.service.recommend(request) }
        }
    }

    @Test("before any generation is refused with what to do")
    func notReady() async throws {
        let store = MemoryStore()
        let service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store))
        #expect(try await !service.refresh())
        #expect(service.whyNotReady() != nil)
        let request = try PlantedStore.request(user: "u")
        await #expect(throws: RequestError.noGeneration) { try await service.recommend(request) }
    }
}
