import Domain
import Serving
import TestSupport
import Testing

@Suite("The order in which items arrive")
struct ArrivalOrderTests {
    /// Changes that come to the same catalogue in every order: new items, some alike to the letter, and changed ones.
    static func upserts() throws -> [CatalogueItem] {
        try (0..<24).map { item in
            let group = PlantedStore.groups[item % 3]
            // Items 0, 6, 12, 18 are alike, and so on: their scores are equal.
            return CatalogueItem(
                id: try ItemID(item < 18 ? "new-\(item)" : "\(group)-\(item - 18)"),
                title: "\(group) film \(item % 6)", categories: [group])
        }
    }

    @Test("decides nothing", arguments: 0..<6)
    func order(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        // Both stores number the items alike; only the order of the rows differs.
        let (calm, shuffled) = (try await PlantedStore(), try await PlantedStore())
        let upserts = try Self.upserts()
        for store in [calm.store, shuffled.store] {
            for item in upserts { _ = try await store.append([Interaction(user: UserID("u"), item: item.id)]) }
        }
        try await calm.service.upsert(upserts)
        try await calm.service.refresh()
        for item in upserts.shuffled(using: &random) {
            try await shuffled.service.upsert([item])
            if Bool.random(using: &random) { try await shuffled.service.refresh() }
        }
        try await shuffled.service.refresh()
        for (tier, count) in [("economy", 5), ("standard", 5), ("premium", 7), ("premium", 40)] {
            for group in PlantedStore.groups {
                var request = try PlantedStore.request(user: "\(group)-user-1", tier: tier)
                request.count = count
                let expected = try await calm.service.recommend(request).items
                #expect(try await shuffled.service.recommend(request).items == expected)
                #expect(expected.count >= 5)
            }
        }
    }
}
