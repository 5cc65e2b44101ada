import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("The store of vectors from elsewhere")
struct EmbeddingImportStoreTests {
    @Test("publishes under the caller's ids, numbers what is new, and leaves deleted items deleted")
    func publishes() async throws {
        try await StoreTesting.withStore { store, pool in
            _ = try await store.append([try StoreTesting.interaction("u1", "i2")])
            try await store.upsert([CatalogueItem(id: try ItemID("gone")), CatalogueItem(id: try ItemID("without"))])
            _ = try await store.delete(item: try ItemID("gone"))
            let imported = try Self.imported("a", 1)
            let match = try await store.match(items: imported.items.ids)
            #expect(match.unknown == [0] && match.deleted == [2])
            #expect(match.missing.count == 1 && match.missing.examples.map(\.text) == ["without"])
            #expect(try await store.match(users: imported.users.ids).unknown == [1])
            // Asking leaves nothing behind.
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.items") == [3])

            let generation = try await store.publish(imported)
            #expect(generation.name == "a" && generation.items == 3 && generation.users == 2)
            #expect(try await store.generations() == [generation])
            let loaded = try await store.loaded(generation.number)
            #expect(loaded.items.map(\.item.id.text) == ["i2", "without", "new"])
            #expect(loaded.embeddings == [[3, 4], nil, [1, 2]])
            for (user, bits) in [("u1", [7, 8]), ("u2", [9, 10])] as [(String, [UInt16])] {
                _ = try await store.append([try StoreTesting.interaction(user, "i2", at: 9)])
                let state = try #require(
                    try await store.state(of: try UserID(user), generation: generation.number, seenLimit: 10))
                #expect(state.embedding == bits && !state.hasNewerEvents)
            }
        }
    }

    @Test("gives the same vectors one generation, and a name to one only; what is refused leaves nothing behind")
    func names() async throws {
        try await StoreTesting.withStore { store, pool in
            let first = try await store.publish(try Self.imported("a", 1))
            #expect(try await store.publish(try Self.imported("b", 1)) == first)
            await #expect(throws: GenerationNameError.taken("a", by: first.number)) {
                _ = try await store.publish(try Self.imported("a", 2, items: ["x", "y", "z"]))
            }
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.items") == [3])
            let second = try await store.publish(try Self.imported("b", 2))
            #expect(second.name == "b" && second.number > first.number)
        }
    }

    private static func imported(
        _ name: String, _ fingerprint: UInt8, items: [String] = ["new", "i2", "gone"]
    ) throws -> ImportedGeneration {
        ImportedGeneration(
            name: name, fingerprint: [UInt8](repeating: fingerprint, count: 32), ladder: try PrefixLadder([1, 2]),
            cutoff: 10, rungs: [RungQuality(dimensions: 2, recall: 1, ndcg: 1)], settings: "{}", artefact: [1],
            items: NamedEmbeddings(
                ids: try items.map { try ItemID($0) }, dimensions: 2, bits: [1, 2, 3, 4, 5, 6]),
            users: NamedEmbeddings(
                ids: try ["u1", "u2"].map { try UserID($0) }, dimensions: 2, bits: [7, 8, 9, 10]))
    }
}
