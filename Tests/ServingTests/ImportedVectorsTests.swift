import Domain
import Serving
import TestSupport
import Testing
import Towers

@Suite("A generation of vectors from elsewhere")
struct ImportedVectorsTests {
    @Test("answers a user by the user's own vector, whatever came since")
    func own() async throws {
        let (store, service) = try await Self.served()
        #expect(try await Self.items(service, user: "u1") == ["i1", "i2", "i0"])
        _ = try await store.append([Interaction(user: try UserID("u1"), item: try ItemID("i3"))])
        #expect(try await Self.items(service, user: "u1") == ["i1", "i2", "i0"])
    }

    @Test("puts a session beside the user's own vector")
    func session() async throws {
        let (_, service) = try await Self.served()
        // Between i1, the user's own, and i3 lies i2.
        #expect(try await Self.items(service, user: "u1", session: ["i3"]).first == "i2")
    }

    @Test("answers a user without a vector by what the user did, and a stranger by what is popular")
    func pooled() async throws {
        let (store, service) = try await Self.served()
        let user = try UserID("other")
        _ = try await store.append([Interaction(user: user, item: try ItemID("i3"))])
        #expect(try await Self.items(service, user: "other").first == "i3")
        var request = RecommendationRequest()
        request.userID = try UserID("stranger")
        request.count = 3
        let answer = try await service.recommend(request)
        #expect(answer.degradation == [.unknownUser] && answer.items.count == 3)
    }

    @Test("serves no item that has no vector, and one that has again once it is put back")
    func unknownItems() async throws {
        let (store, service) = try await Self.served()
        #expect(try await Self.items(service, user: "u1", count: 10).count == 4)
        try await store.upsert([CatalogueItem(id: try ItemID("later"), title: "film")])
        _ = try await store.delete(item: try ItemID("i2"))
        try await service.refresh()
        #expect(try await Self.items(service, user: "u1", count: 10) == ["i1", "i0", "i3"])
        try await store.upsert([CatalogueItem(id: try ItemID("i2"), title: "again")])
        try await service.refresh()
        #expect(try await Self.items(service, user: "u1", count: 10) == ["i1", "i2", "i0", "i3"])
    }

    /// A quarter turn in three steps, i0 to i3; u1 at i1; and the item "without" in the catalogue.
    private static func served() async throws -> (MemoryStore, RecommendationService) {
        let store = MemoryStore()
        try await store.upsert([CatalogueItem(id: try ItemID("without"), title: "film")])
        let ladder = try PrefixLadder([2, 4])
        let rows: [[Float]] = [[1, 0, 0, 0], [0.9, 0.5, 0, 0], [0.6, 0.9, 0, 0], [0, 1, 0, 0]]
        let items = NamedEmbeddings<ItemSubject>(
            ids: try (0..<4).map { try ItemID("i\($0)") }, dimensions: 4,
            bits: rows.flatMap { $0.map { Float16($0).bitPattern } })
        let users = NamedEmbeddings<UserSubject>(
            ids: [try UserID("u1")], dimensions: 4, bits: rows[1].map { Float16($0).bitPattern })
        let model = try #require(
            TwoTowerModel(
                imported: ladder, items: items.ids,
                vectors: EmbeddingTable(dimensions: 4, elements: rows.flatMap(\.self))))
        let generation = try await store.publish(
            ImportedGeneration(
                name: "a", fingerprint: [1], ladder: ladder, cutoff: 10, rungs: [], settings: "{}",
                artefact: model.encoded(), items: items, users: users))
        try await store.checkAndActivate(generation.number)
        let service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store))
        try await service.refresh()
        return (store, service)
    }

    private static func items(
        _ service: RecommendationService, user: String, session: [String] = [], count: Int = 3
    ) async throws -> [String] {
        var request = RecommendationRequest()
        request.userID = try UserID(user)
        request.sessionItemIDs = try session.map { try ItemID($0) }
        request.count = count
        request.excludesSeen = false
        return try await service.recommend(request).items.map(\.itemID.text)
    }
}
