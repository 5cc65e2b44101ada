import Domain
import Experiments
import Logging
import Serving
import TestSupport
import Testing

@Suite("Exposures of experiments")
struct ExposureTests {
    /// A node over a planted store that records exposures.
    private static func node(_ store: MemoryStore, waiting: Int = 1_000) async throws -> RecommendationService {
        let service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store),
            tiers: TiersInForce(try TierAssignmentTests.configuration(), revision: 42), mergePolicy: nil,
            exposures: waiting, date: { Timestamp(seconds: 1_000_000) })
        try await service.refresh()
        return service
    }

    private static func writer(_ service: RecommendationService, _ store: MemoryStore) -> ExposureWriter {
        ExposureWriter(
            service: service, store: store, retention: .seconds(86_400), now: { Timestamp(seconds: 1_000_000) },
            logger: Logger(label: "test"))
    }

    @Test("say what was served, under which arm, for how much")
    func whole() async throws {
        let planted = try await PlantedStore()
        let node = try await Self.node(planted.store)
        let answer = try await node.recommend(try PlantedStore.request(user: "drama-user-3"))
        await Self.writer(node, planted.store).writeAll()
        let exposure = try #require(try planted.store.storedExposures().first)
        #expect(exposure.recommendation == answer.recommendationID && exposure.unit == "drama-user-3")
        #expect(exposure.experiment == "e" && exposure.arm == answer.experiment?.arm && exposure.revision == 42)
        #expect(exposure.tier == answer.tier && exposure.plan == answer.plan && exposure.spent == answer.cost.spent)
        #expect(exposure.items.map(\.item) == answer.items.map(\.itemID) && exposure.propensity == 0.5)
        #expect(!exposure.isOverride && !exposure.isFallback && exposure.at == Timestamp(seconds: 1_000_000))
        #expect(node.exposureCounters.written == 1 && node.exposureCounters.waiting == 0)
        // Put in its arm by hand, and without a history: marked, both.
        _ = try await node.recommend(try PlantedStore.request(user: "drama-user-19"))
        _ = try await node.recommend(try PlantedStore.request(user: "nobody"))
        await Self.writer(node, planted.store).writeAll()
        let all = try planted.store.storedExposures()
        #expect(all.filter(\.isOverride).map(\.unit) == ["drama-user-19"])
        #expect(all.filter(\.isFallback).map(\.unit) == ["nobody"])
    }

    @Test("wait while the store is away, each is stored once then, and what is too many is dropped and counted")
    func away() async throws {
        let planted = try await PlantedStore()
        let node = try await Self.node(planted.store, waiting: 5)
        for _ in 0..<8 { _ = try await node.recommend(try PlantedStore.request(user: "drama-user-3")) }
        #expect(node.exposureCounters.waiting == 5 && node.exposureCounters.dropped == 3)
        planted.store.setAway(true)
        async let writing: Void = Self.writer(node, planted.store).writeAll()
        while node.exposureCounters.failures == 0 { await Task.yield() }
        planted.store.setAway(false)
        await writing
        #expect(node.exposureCounters.written == 5 && node.exposureCounters.waiting == 0)
        #expect(try planted.store.storedExposures().count == 5)
    }

    @Test("are none without a unit, and of requests that choose for themselves")
    func none() async throws {
        let planted = try await PlantedStore()
        let node = try await Self.node(planted.store)
        _ = try await node.recommend(try PlantedStore.request(user: "drama-user-3", tier: "economy"))
        var request = RecommendationRequest()
        request.itemID = try ItemID("drama-1")
        _ = try await node.recommend(request)
        #expect(node.exposureCounters.waiting == 0)
    }
}
