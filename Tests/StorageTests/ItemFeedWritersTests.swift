import Domain
import Postgres
import Storage
import Synchronization
import TestSupport
import Testing

@Suite("The feed of item changes, among many writers")
struct ItemFeedWritersTests {
    /// What following the feed from the beginning has told until now.
    struct Follower: Sendable {
        var position = ItemFeedTests.beginning
        var titles: [String: String] = [:]
        var numbers: [ItemNumber: String] = [:]
        /// Every version of an item that came, and how often.
        var versions: [String: Int] = [:]

        mutating func follow(_ store: PostgresStore) async throws {
            let page = try await store.changes(after: position)
            position = page.position
            for change in page.changes {
                switch change {
                case .upserted(let stored):
                    let id = stored.item.id.text
                    numbers[stored.number] = id
                    titles[id] = stored.item.title
                    versions["\(id) \(stored.item.title)", default: 0] += 1
                case .deleted(let number):
                    if let id = numbers[number] { titles[id] = nil }
                }
            }
        }
    }

    /// Writers that have not finished.
    private final class Writers: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        var areFinished: Bool { left.withLock { $0 == 0 } }

        func finishOne() { left.withLock { $0 -= 1 } }
    }

    /// A transaction that one writer runs on its connection.
    private static func write(
        _ writer: Int, _ step: Int, on connection: Connection, using random: inout SeededGenerator
    ) async throws {
        let isLong = Int.random(in: 0..<4, using: &random) == 0
        let rollsBack = Int.random(in: 0..<4, using: &random) == 0
        try await connection.query("BEGIN")
        for part in 0..<(isLong ? 3 : 1) {
            // Half of the items are the writer's own, half are shared; both in one order, so that nobody waits in a circle.
            let shared = Int.random(in: 0..<10, using: &random) + part * 10
            let ids = ["own-\(writer)-\(step)-\(part)", "shared-\(shared)"]
            for id in ids {
                try await connection.query(
                    """
                    INSERT INTO linden.items (item_id, title) VALUES ($1, $2)
                    ON CONFLICT (item_id) DO UPDATE SET title = excluded.title, deleted = false
                    """, id, "\(writer).\(step).\(part)")
            }
            if step % 5 == 4 {
                try await connection.query("UPDATE linden.items SET deleted = true WHERE item_id = $1", ids[0])
            }
            // Others begin and end while a long transaction is under way.
            for _ in 0..<(isLong ? 20 : 0) { try await connection.query("SELECT 1") }
        }
        try await connection.query(rollsBack ? "ROLLBACK" : "COMMIT")
    }

    @Test("loses nothing and tells nothing twice, whoever commits late or rolls back", arguments: 0..<3)
    func writers(seed: UInt64) async throws {
        try await StoreTesting.withStore { store, pool in
            let writers = Writers(12)
            let follower = try await withThrowingTaskGroup(of: Follower?.self) { group in
                for writer in 0..<12 {
                    group.addTask {
                        defer { writers.finishOne() }
                        var random = SeededGenerator(seed: seed * 100 + UInt64(writer))
                        let connection = try await Connection.open(pool.settings)
                        for step in 0..<25 { try await Self.write(writer, step, on: connection, using: &random) }
                        await connection.close()
                        return nil
                    }
                }
                group.addTask {
                    var follower = Follower()
                    while !writers.areFinished { try await follower.follow(store) }
                    try await follower.follow(store)
                    return follower
                }
                var result: Follower?
                for try await follower in group { result = follower ?? result }
                return result
            }
            let found = try #require(follower)
            let table = try await pool.withConnection { connection in
                try await connection.query("SELECT item_id, title FROM linden.items WHERE NOT deleted").map {
                    try $0.decode(String.self, String.self)
                }
            }
            #expect(found.titles == Dictionary(uniqueKeysWithValues: table))
            #expect(table.count > 100)
            #expect(found.versions.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("reads what is new by the index, however long a transaction has been under way")
    func longTransaction() async throws {
        try await StoreTesting.withStore { store, pool in
            let long = try await Connection.open(pool.settings)
            try await long.query("BEGIN")
            try await long.query("INSERT INTO linden.items (item_id) VALUES ('late')")
            var position = ItemFeedTests.beginning
            for round in 0..<5 {
                try await store.upsert([CatalogueItem(id: try ItemID("item-\(round)"))])
                let page = try await store.changes(after: position)
                #expect(ItemFeedTests.ids(page.changes) == ["item-\(round)"])
                position = page.position
            }
            try await long.query("COMMIT")
            #expect(ItemFeedTests.ids(try await store.changes(after: position).changes) == ["late"])
            await long.close()
        }
    }
}
