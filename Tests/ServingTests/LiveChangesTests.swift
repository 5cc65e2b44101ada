import Domain
import Serving
import TestSupport
import Testing

@Suite("A serving snapshot")
struct LiveChangesTests {
    @Test("serves a new item from its content, without a retrain")
    func newItem() async throws {
        let planted = try await PlantedStore()
        let item = CatalogueItem(id: try ItemID("comedy-new"), title: "comedy film new", categories: ["comedy"])
        try await planted.service.upsert([item])
        #expect(try await planted.service.refresh())
        var request = try PlantedStore.request()
        request.itemID = item.id
        let like = try await planted.service.recommend(request)
        #expect(like.items.allSatisfy { $0.itemID.text.hasPrefix("comedy-") })

        // A user of the group who has seen all but the three that everybody may get: the new one comes next.
        var personal = try PlantedStore.request(user: "comedy-user-0")
        personal.count = 8
        let items = try await planted.service.recommend(personal).items.map(\.itemID)
        #expect(items.contains(item.id))
        let active = try #require(planted.service.generation)
        let stored = try #require(try planted.store.storedEmbeddings(of: active.number))
        #expect(stored.numbers.contains(try planted.store.itemNumber(of: item.id).rawValue))
    }

    @Test("lets go of what is deleted or not available")
    func gone() async throws {
        let planted = try await PlantedStore()
        let request = try PlantedStore.request(user: "drama-user-0")
        let before = try await planted.service.recommend(request).items.map(\.itemID)
        #expect(try await planted.service.delete(item: before[0]))
        try await planted.service.upsert([
            CatalogueItem(id: before[1], title: "drama film", categories: ["drama"], isAvailable: false)
        ])
        try await planted.service.refresh()
        let after = try await planted.service.recommend(request).items.map(\.itemID)
        #expect(!after.contains(before[0]) && !after.contains(before[1]))
        var similar = try PlantedStore.request()
        similar.itemID = before[0]
        await #expect(throws: RequestError.unknownItem(before[0])) { try await planted.service.recommend(similar) }
    }

    @Test("keeps a changed item once")
    func changed() async throws {
        let planted = try await PlantedStore()
        let id = try ItemID("action-0")
        for title in ["action film again", "action film 0"] {
            try await planted.service.upsert([CatalogueItem(id: id, title: title, categories: ["action"])])
            try await planted.service.refresh()
        }
        var request = try PlantedStore.request(user: "action-user-0")
        request.count = 30
        let items = try await planted.service.recommend(request).items.map(\.itemID)
        #expect(items.count { $0 == id } == 1)
        #expect(planted.service.title(of: id) == "action film 0")
        #expect(try await !planted.service.refresh())
    }

    @Test("gives a changed item a new row only when its embedding changes")
    func rows() async throws {
        let planted = try await PlantedStore()
        func rowsTested() async throws -> Int? {
            var request = try PlantedStore.request()
            request.itemID = try ItemID("action-9")
            return try await planted.service.recommend(request).cost.stages.first { $0.name == "filter" }?.rows
        }
        let rows = try await rowsTested()
        #expect(rows == 30)
        let id = try ItemID("action-0")
        for isAvailable in [false, true] {
            try await planted.service.upsert([
                CatalogueItem(id: id, title: "action film 0", categories: ["action"], isAvailable: isAvailable)
            ])
            try await planted.service.refresh()
            #expect(try await rowsTested() == 30)
        }
        try await planted.service.upsert([CatalogueItem(id: id, title: "comedy", categories: ["comedy"])])
        try await planted.service.refresh()
        #expect(try await rowsTested() == 31)
    }

    @Test("answers by events that came after the generation")
    func freshEvents() async throws {
        let planted = try await PlantedStore()
        let request = try PlantedStore.request(user: "drama-user-0")
        let before = try await planted.service.recommend(request).items.map(\.itemID)
        let user = try UserID("drama-user-0")
        #expect(try await planted.service.record([Interaction(user: user, item: before[0])]) == 1)
        let after = try await planted.service.recommend(request)
        #expect(!after.items.map(\.itemID).contains(before[0]))
        #expect(after.cost.stages.contains { $0.name == "query" && $0.rows > 1 })
    }
}
