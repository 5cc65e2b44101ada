import Domain
import Postgres
import Storage
import Testing

@Suite("The store of events")
struct EventStoreTests {
    @Test("stores an event once, however often it comes")
    func idempotent() async throws {
        try await StoreTesting.withStore { store, pool in
            let events = [
                try StoreTesting.interaction("u1", "i1", at: 10), try StoreTesting.interaction("u1", "i2", at: 11),
                try StoreTesting.interaction("u2", "i1", at: 10),
            ]
            #expect(try await store.append(events) == 3)
            #expect(try await store.append(events) == 0)
            #expect(try await store.append(events + [try StoreTesting.interaction("u2", "i1", at: 12)]) == 1)
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.events") == [4])
        }
    }

    @Test("knows a named event by its name alone")
    func named() async throws {
        try await StoreTesting.withStore { store, pool in
            #expect(try await store.append([try StoreTesting.interaction("u1", "i1", at: 10, event: "e1")]) == 1)
            let again = try StoreTesting.interaction("u1", "i1", at: 99_999_999, event: "e1")
            #expect(try await store.append([again, again]) == 0)
            let twins = try [1, 2].map { try StoreTesting.interaction("u1", "i2", at: $0, event: "e2") }
            #expect(try await store.append(twins) == 1)
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.events") == [2])
        }
    }

    @Test(
        "puts each event into the partition of its period", arguments: [0, 883_612_800, 1_767_225_600, 1_795_392_000])
    func partitions(seconds: Int64) async throws {
        try await StoreTesting.withStore { store, pool in
            #expect(try await store.append([try StoreTesting.interaction("u1", "i1", at: seconds)]) == 1)
            let name = try await pool.withConnection { connection in
                try await connection.query(
                    "SELECT relname::text FROM pg_class WHERE oid = (SELECT tableoid FROM linden.events)"
                ).first?.decode(String.self, at: 0)
            }
            let expected: [Int64: String] = [
                0: "events_1970_01", 883_612_800: "events_1998_01",
                1_767_225_600: "events_2026_01", 1_795_392_000: "events_2026_11",
            ]
            #expect(name == expected[seconds])
        }
    }

    @Test("keeps ids apart that Swift's strings hold equal")
    func normalisation() async throws {
        try await StoreTesting.withStore { store, pool in
            let events = [
                try StoreTesting.interaction("caf\u{E9}", "i1"), try StoreTesting.interaction("cafe\u{301}", "i1"),
            ]
            #expect(try await store.append(events) == 2)
            #expect(try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.users") == [2])
        }
    }

    @Test("says that it is away when the server is")
    func away() async throws {
        let nowhere = ConnectionSettings(socketDirectory: "/nonexistent", user: "linden", database: "linden")
        let store = PostgresStore(pool: ConnectionPool(nowhere))
        let event = try StoreTesting.interaction("u1", "i1")
        await #expect(throws: StoreAway.self) { try await store.append([event]) }
    }
}
