import Domain
import Postgres
import Storage
import Testing

@Suite("The feed of item changes")
struct ItemFeedTests {
    static func ids(_ changes: [ItemChange]) -> [String] {
        changes.map { change in
            switch change {
            case .upserted(let stored): stored.item.id.text
            case .deleted(let number): "-\(number.rawValue)"
            }
        }
    }

    /// Before the first transaction.
    static let beginning = FeedPosition(token: "3:3:")

    @Test("tells what came, changed and went, once")
    func changes() async throws {
        try await StoreTesting.withStore { store, _ in
            var position = try await store.changes(after: Self.beginning).position
            let (a, b) = (try ItemID("a"), try ItemID("b"))
            try await store.upsert([CatalogueItem(id: a), CatalogueItem(id: b)])
            var page = try await store.changes(after: position)
            #expect(Self.ids(page.changes) == ["a", "b"])
            position = page.position
            #expect(try await store.changes(after: position).changes.isEmpty)

            try await store.upsert([CatalogueItem(id: b, title: "new", isAvailable: false)])
            #expect(try await store.delete(item: a))
            #expect(try await !store.delete(item: a))
            page = try await store.changes(after: position)
            #expect(Self.ids(page.changes) == ["-1", "b"])
            #expect(try await store.changes(after: page.position).changes.isEmpty)
        }
    }

    @Test("loses nothing to a transaction that commits late")
    func lateCommit() async throws {
        try await StoreTesting.withStore { store, pool in
            let start = try await store.changes(after: Self.beginning).position
            let late = try await Connection.open(pool.settings)
            try await late.query("BEGIN")
            try await late.query("INSERT INTO linden.items (item_id) VALUES ('late')")
            try await store.upsert([CatalogueItem(id: try ItemID("early"))])

            // The early item has the higher transaction number, and does not wait for the late one.
            let during = try await store.changes(after: start)
            #expect(Self.ids(during.changes) == ["early"])
            try await late.query("COMMIT")
            let after = try await store.changes(after: during.position)
            #expect(Self.ids(after.changes) == ["late"])
            #expect(try await store.changes(after: after.position).changes.isEmpty)
            await late.close()
        }
    }
}
