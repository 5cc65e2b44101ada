import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("The building of a generation")
struct GenerationBuildingTests {
    /// Three items and two users, and a generation without embeddings.
    static func withRegistered(
        _ body: (PostgresStore, ConnectionPool, GenerationNumber) async throws -> Void
    ) async throws {
        try await StoreTesting.withStore { store, pool in
            for (user, item) in [("u1", "i1"), ("u1", "i2"), ("u2", "i3"), ("u1", "i1")] {
                _ = try await store.append([try StoreTesting.interaction(user, item, at: Int64(item.utf8.last ?? 0))])
            }
            let registered = try await store.register(try GenerationStoreTests.draft(1, items: [1], users: [1]))
            #expect(registered.state == .registered && registered.items == 0)
            #expect(try await store.artefact(of: registered.number).count == 3_000_000)
            try await body(store, pool, registered.number)
        }
    }

    static func rows(_ numbers: [Int64], _ bit: UInt16) -> HalfEmbeddings {
        HalfEmbeddings(
            dimensions: 4, numbers: numbers, bits: [UInt16](repeating: bit, count: 4 * numbers.count))
    }

    static func bits(_ store: PostgresStore, _ number: GenerationNumber) async throws -> [[UInt16]?] {
        try await store.loaded(number).embeddings.map { $0.map(Array.init) }
    }

    @Test("keeps each batch with the note of how far it came, and what was written before it")
    func batches() async throws {
        try await Self.withRegistered { store, _, number in
            let begun = try await store.beginBackfill(number)
            #expect(begun.items.total == 3 && begun.items.last == 3 && begun.users.total == 2)
            // Somebody changes an item and writes its embedding for the generation under way.
            try await store.store(itemEmbeddings: Self.rows([2], 7), generation: number)
            try await store.write(items: Self.rows([1, 2], 1), from: begun.items, to: 2, count: 2, number)
            await #expect(throws: BackfillOvertaken.self) {
                try await store.write(items: Self.rows([3], 1), from: begun.items, to: 3, count: 1, number)
            }
            #expect(try await Self.bits(store, number) == [[1, 1, 1, 1], [7, 7, 7, 7], nil])
            let resumed = try await store.beginBackfill(number)
            #expect(resumed.items.after == 2 && resumed.items.done == 2)
            try await store.write(items: Self.rows([3], 1), from: resumed.items, to: 3, count: 1, number)

            let histories = try await store.histories(after: 0, through: 9, limit: 9)
            #expect(histories.map(\.events) == [2, 1] && histories[0].items.map(\.rawValue) == [1, 2])
            // One user is forgotten before the vector is written.
            #expect(try await store.delete(user: try UserID("u2")))
            try await store.write(
                users: Self.rows([1, 2], 3), events: [2, 1], from: resumed.users, to: 2, count: 2, number)
            #expect(try await store.userEmbeddings(of: number, after: 0, limit: 9).numbers == [1])
            let built = try await store.finishBackfill(number)
            #expect(built.state == .built && built.items == 3 && built.users == 1)
        }
    }

    @Test("writes what changed, but nothing that has changed again or is changing")
    func changed() async throws {
        try await Self.withRegistered { store, pool, number in
            let begun = try await store.beginBackfill(number)
            try await store.upsert([
                CatalogueItem(id: try ItemID("i1"), title: "a"), CatalogueItem(id: try ItemID("i2")),
            ])
            let (changes, position) = try await store.changes(after: begun.position)
            #expect(changes.count == 2)
            try await store.upsert([CatalogueItem(id: try ItemID("i1"), title: "b")])
            #expect(try await store.write(changed: Self.rows([1, 2], 5), asOf: position, number))
            #expect(try await Self.bits(store, number) == [nil, [5, 5, 5, 5], nil])

            let changing = try await Connection.open(pool.settings)
            try await changing.query("BEGIN")
            try await changing.query("UPDATE linden.items SET title = 'c' WHERE item_no = 2")
            let isWhole = try await store.write(changed: Self.rows([2], 6), asOf: position, number)
            #expect(!isWhole)
            try await changing.query("ROLLBACK")
            await changing.close()
            #expect(try await store.write(changed: Self.rows([2], 6), asOf: position, number))
            #expect(try await Self.bits(store, number) == [nil, [6, 6, 6, 6], nil])
            try await store.caughtUp(2, to: position, number)
            let progress = try #require(try await store.backfill(of: number))
            #expect(progress.position == position && progress.caughtUp == 2)
        }
    }

    @Test("leaves nothing behind of what is written for trial, and one generation is built at a time")
    func turns() async throws {
        try await Self.withRegistered { store, pool, number in
            let trial = try await store.tryWriting(Self.rows([1, 2, 3], 1))
            #expect(trial.rows == 3 && trial.bytes > 0)
            let tables: SQL = "SELECT count(*) FROM pg_class WHERE relname LIKE 'item_embeddings_g%'"
            #expect(try await StoreTesting.numbers(pool, tables) == [0])
            let second = try await store.register(try GenerationStoreTests.draft(2, items: [1], users: [1]))
            _ = try await store.beginBackfill(number)
            await #expect(throws: GenerationError.anotherIsBuilding(number)) {
                _ = try await store.beginBackfill(second.number)
            }
            try await store.drop(number)
            _ = try await store.beginBackfill(second.number)
            #expect(try await store.generations().map(\.state) == [.building, .dropped])
            let other = PostgresStore(pool: pool)
            let inner = try await store.takingBuildTurn { try await other.takingBuildTurn { 1 } }
            #expect(inner == .some(nil))
        }
    }
}
