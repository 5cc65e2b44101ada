import Domain
import Postgres
import Storage
import Testing

@Suite("The bell of item changes")
struct ChangeBellTests {
    @Test("rings when it is first heard, and for each upsert and each delete that takes something out")
    func rings() async throws {
        try await StoreTesting.withStore { store, _ in
            let (rings, ring) = AsyncStream.makeStream(of: Void.self)
            let item = try ItemID("a")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await store.listen { ring.yield() } }
                var heard = rings.makeAsyncIterator()
                await heard.next()
                try await store.upsert([CatalogueItem(id: item)])
                await heard.next()
                #expect(try await store.delete(item: item))
                await heard.next()
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.waitForAll() }
            }
        }
    }

    @Test("says so when its connection is lost")
    func lost() async throws {
        try await StoreTesting.withStore { store, pool in
            let (rings, ring) = AsyncStream.makeStream(of: Void.self)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await store.listen { ring.yield() } }
                var heard = rings.makeAsyncIterator()
                await heard.next()
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection { connection in
                        try await connection.query(
                            """
                            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'
                            """)
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
