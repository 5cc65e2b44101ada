import Domain
import Postgres
import Storage
import Testing

@Suite("A bulk import")
struct BulkImportTests {
    struct Broken: Error {}

    @Test("stores what is new and counts it")
    func counts() async throws {
        try await StoreTesting.withStore { store, pool in
            let events = try (0..<1_000).map {
                try StoreTesting.interaction("u\($0 % 30)", "i\($0 % 70)", at: Int64($0))
            }
            for expected in [1_000, 0] {
                var batches = [events[..<400], events[400...]]
                let count = try await store.importInteractions { batch in
                    guard !batches.isEmpty else { return false }
                    for event in batches.removeFirst() { batch.append(event) }
                    return true
                }
                #expect(count == ImportCount(read: 1_000, added: expected))
            }
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.users") == [30])
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.items") == [70])
        }
    }

    @Test("meets others who add the same events at the same time")
    func concurrent() async throws {
        try await StoreTesting.withStore { store, pool in
            let events = try (0..<200).map { try StoreTesting.interaction("u\($0 % 7)", "i\($0)", at: 5) }
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        var isDone = false
                        return try await store.importInteractions { batch in
                            guard !isDone else { return false }
                            isDone = true
                            for event in events { batch.append(event) }
                            return true
                        }.added
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(counts == 200)
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.events") == [200])
        }
    }

    @Test("stores nothing when its source fails")
    func allOrNothing() async throws {
        try await StoreTesting.withStore { store, pool in
            let event = try StoreTesting.interaction("u1", "i1")
            var asked = 0
            await #expect(throws: Broken.self) {
                try await store.importInteractions { batch in
                    asked += 1
                    guard asked < 3 else { throw Broken() }
                    batch.append(event)
                    return true
                }
            }
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.users") == [0])
            #expect(try await store.append([event]) == 1)
        }
    }

    @Test("replaces items and keeps their numbers")
    func items() async throws {
        try await StoreTesting.withStore { store, pool in
            for title in ["first", "second"] {
                var isDone = false
                let item = CatalogueItem(
                    id: try ItemID("i1"), title: title, categories: ["a", "b"], attributes: ["language": ["en", "de"]])
                let count = try await store.importItems { batch in
                    guard !isDone else { return false }
                    isDone = true
                    batch.append(item)
                    return true
                }
                #expect(count == ImportCount(read: 1, added: title == "first" ? 1 : 0))
            }
            let stored = try await store.interactionLog().items
            #expect(stored.map(\.item.title) == ["second"])
            #expect(stored.map(\.item.categories) == [["a", "b"]])
            #expect(stored.map(\.item.attributes) == [["language": ["en", "de"]]])
            #expect(stored.map(\.number) == [ItemNumber(1)])
        }
    }
}
