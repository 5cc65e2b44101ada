import Domain
import Serving
import TestSupport
import Testing

@Suite("Full vectors that are fetched")
struct FetchedVectorsTests {
    /// The same planted store behind three services: vectors in memory, in the store, and behind a cache.
    static func services(cacheBytes: Int = 1 << 20) async throws -> (
        planted: PlantedStore, database: RecommendationService, cache: RecommendationService
    ) {
        let planted = try await PlantedStore()
        let database = planted.service(vectors: .database(planted.store))
        let cache = planted.service(vectors: .cache(planted.store, byteCount: cacheBytes))
        try await database.refresh()
        try await cache.refresh()
        return (planted, database, cache)
    }

    static func requests() throws -> [RecommendationRequest] {
        try ["economy", "standard", "premium"].flatMap { tier in
            var similar = try PlantedStore.request(tier: tier)
            similar.itemID = try ItemID("drama-3")
            return [try PlantedStore.request(user: "comedy-user-4", tier: tier), similar]
        }
    }

    @Test("give the answers that those in memory give")
    func sameAnswers() async throws {
        let (planted, database, cache) = try await Self.services()
        for request in try Self.requests() {
            let expected = try await planted.service.recommend(request).items
            #expect(try await database.recommend(request).items == expected)
            for _ in 0..<2 { #expect(try await cache.recommend(request).items == expected) }
            let exact = try await planted.service.exactItems(for: request)
            #expect(try await database.exactItems(for: request) == exact)
        }
        let counters = try #require(cache.cacheCounters)
        #expect(counters.hits > counters.misses && counters.vectors > 0)
    }

    @Test("cost what the plan says at most, on a line of their own")
    func prices() async throws {
        let (planted, database, cache) = try await Self.services()
        let model = CostModel.shipped
        for request in try Self.requests() where request.tier != "economy" {
            let inMemory = try await planted.service.recommend(request)
            #expect(!inMemory.cost.stages.contains { $0.name == "fetch" })
            let fetched = try await database.recommend(request)
            #expect(fetched.plan.hasSuffix("@database") && !inMemory.plan.contains("@"))
            let stage = try #require(fetched.cost.stages.first { $0.name == "fetch" })
            let trips = request.itemID == nil ? 1 : 2
            #expect(stage.cost == trips * model.fetchRoundTrip + (stage.rows - trips) * model.fetchedRow)
            #expect(fetched.cost.spent <= fetched.cost.planned)
            #expect(fetched.degradation == inMemory.degradation)

            let cold = try await cache.recommend(request)
            let warm = try await cache.recommend(request)
            #expect(warm.plan.hasSuffix("@cache"))
            #expect(cold.cost.spent <= cold.cost.planned && warm.cost.spent < fetched.cost.spent)
            let warmStage = try #require(warm.cost.stages.first { $0.name == "fetch" })
            #expect(warmStage.cost == warmStage.rows * model.cachedRow)
        }
    }

    @Test("are bought as far as the budget goes, and what is not is in prefix order below")
    func cut() async throws {
        let (_, database, _) = try await Self.services()
        var request = try PlantedStore.request(user: "comedy-user-4", tier: "premium")
        let whole = try await database.recommend(request)
        request.tier = nil
        request.maxCost = CostUnits(microunits: whole.cost.spent.microunits - 20_000_000)
        let response = try await database.recommend(request)
        #expect(response.cost.spent <= response.cost.budget && response.items.count == 3)
    }

    @Test("are done without while the store is away, and the answer says so")
    func storeAway() async throws {
        let (planted, database, cache) = try await Self.services()
        var request = try PlantedStore.request(tier: "premium")
        request.embedding = (0..<32).map { Float($0 % 5) - 1.5 }
        planted.store.setAway(true)
        for service in [database, cache] {
            let response = try await service.recommend(request)
            #expect(response.degradation == [.storeAway] && response.items.count == 3)
            #expect(response.items.map(\.score) == response.items.map(\.score).sorted(by: >))
            #expect(response.estimatedRecall == nil)
        }
        let inMemory = try await planted.service.recommend(request)
        #expect(inMemory.degradation.isEmpty)

        var similar = try PlantedStore.request()
        similar.itemID = try ItemID("drama-3")
        let popular = try await database.recommend(similar)
        #expect(popular.degradation == [.storeAway] && popular.plan == "popular")
    }

    @Test("are those of the item as it is now, however it changes")
    func changes() async throws {
        let (planted, database, cache) = try await Self.services()
        var request = try PlantedStore.request(tier: "premium")
        request.itemID = try ItemID("action-0")
        request.count = 9
        for title in ["comedy film 1", "action film 1", "drama film 2"] {
            let group = title.prefix { $0 != " " }
            // The cache has the vectors that are about to change.
            _ = try await cache.recommend(request)
            let item = CatalogueItem(
                id: try ItemID("action-0"), title: title, categories: [String(group)])
            try await planted.service.upsert([item])
            for service in [planted.service, database, cache] { try await service.refresh() }
            let expected = try await planted.service.recommend(request).items
            #expect(try await database.recommend(request).items == expected)
            #expect(try await cache.recommend(request).items == expected)
        }
    }

    @Test("take no more room than the cache was given")
    func bounded() async throws {
        let bytes = 5 * SieveTable.bytesPerVector(dimensions: 32)
        let (planted, _, cache) = try await Self.services(cacheBytes: bytes)
        for request in try Self.requests() {
            let expected = try await planted.service.recommend(request).items
            #expect(try await cache.recommend(request).items == expected)
        }
        #expect(cache.cacheCounters?.vectors == 5)
    }
}
