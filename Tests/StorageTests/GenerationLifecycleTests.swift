import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("The life of a generation")
struct GenerationLifecycleTests {
    /// Both kinds of store, each with some generations that were published one after another.
    static func withStores(
        generations count: UInt8, _ body: (any Lives) async throws -> Void
    ) async throws {
        let memory = MemoryStore()
        try await StoreTesting.withStore { store, _ in
            for number in 1...count {
                _ = try await store.publish(try GenerationStoreTests.draft(number, items: [1], users: [1]))
                _ = try await memory.publish(try GenerationStoreTests.draft(number, items: [1], users: [1]))
            }
            try await body(store)
        }
        try await body(memory)
    }

    typealias Lives = GenerationLifecycle & GenerationPublisher & GenerationStore

    static let (g1, g2, g3) = (GenerationNumber(1), GenerationNumber(2), GenerationNumber(3))

    @Test("goes back to what served before, again and again, until nothing is left")
    func rollback() async throws {
        try await Self.withStores(generations: 3) { store in
            await #expect(throws: GenerationError.nothingServes) { try await store.rollback() }
            for number in [Self.g1, Self.g2, Self.g3] { try await store.checkAndActivate(number) }
            #expect(try await store.rollbackTarget() == Self.g2)
            #expect(try await store.rollback() == Self.g2)
            // The next to go back to comes before the one that served just now.
            #expect(try await store.standings().filter { $0.state == .retired }.map(\.number) == [Self.g1, Self.g3])
            #expect(try await store.rollback() == Self.g1)
            #expect(try await store.generations().map(\.state) == [.retired, .retired, .active])
            await #expect(throws: GenerationError.nothingToGoBackTo(from: Self.g1)) { try await store.rollback() }
            #expect(try await store.activeGeneration() == Self.g1)
            // Forward again, over the one between.
            try await store.activate(Self.g3)
            #expect(try await store.rollback() == Self.g1)
            try await store.activate(Self.g3)
            try await store.drop(Self.g1)
            await #expect(throws: GenerationError.droppedMeanwhile(Self.g1, from: Self.g3)) {
                try await store.rollback()
            }
            #expect(try await store.rollbackTarget() == nil)
            #expect(try await store.generations().map(\.state) == [.active, .retired, .dropped])
        }
    }

    @Test("refuses what does not come next, and changes nothing")
    func refusals() async throws {
        try await Self.withStores(generations: 2) { store in
            await #expect(throws: GenerationError.cannotBecome(Self.g1, from: .built, to: .active)) {
                try await store.activate(Self.g1)
            }
            try await store.checkAndActivate(Self.g1)
            await #expect(throws: GenerationError.alreadyActive(Self.g1)) { try await store.activate(Self.g1) }
            await #expect(throws: GenerationError.cannotBecome(Self.g1, from: .active, to: .dropped)) {
                try await store.drop(Self.g1)
            }
            try await store.drop(Self.g2)
            await #expect(throws: GenerationError.cannotBecome(Self.g2, from: .dropped, to: .active)) {
                try await store.activate(Self.g2)
            }
            await #expect(throws: GenerationError.unknown(GenerationNumber(9))) {
                try await store.activate(GenerationNumber(9))
            }
            #expect(try await store.generations().map(\.state) == [.dropped, .active])
            // What was dropped can be made again.
            let again = try await store.publish(try GenerationStoreTests.draft(2, items: [1], users: [1]))
            #expect(again.number == Self.g3 && again.state == .built)
        }
    }

    @Test("keeps the partitions of what is left, and frees those of what was dropped")
    func dropped() async throws {
        try await StoreTesting.withStore { store, pool in
            for number in 1...2 as ClosedRange<UInt8> {
                _ = try await store.publish(try GenerationStoreTests.draft(number, items: [1], users: [1]))
            }
            try await store.drop(Self.g1)
            let count: SQL = """
                SELECT count(*) FROM pg_inherits
                WHERE inhparent IN ('linden.item_embeddings'::regclass, 'linden.user_embeddings'::regclass)
                """
            #expect(try await StoreTesting.numbers(pool, count) == [2])
            let parts: SQL = "SELECT DISTINCT generation::bigint FROM linden.generation_parts"
            #expect(try await StoreTesting.numbers(pool, parts) == [2])
        }
    }

    @Test("lets one be built and one serve, whatever is typed by hand")
    func byHand() async throws {
        try await StoreTesting.withStore { store, pool in
            for number in 1...2 as ClosedRange<UInt8> {
                _ = try await store.publish(try GenerationStoreTests.draft(number, items: [1], users: [1]))
            }
            for state in ["building", "active", "served"] {
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection { connection in
                        try await connection.execute("UPDATE linden.generations SET state = $1", state)
                    }
                }
            }
            #expect(try await store.generations().map(\.state) == [.built, .built])
        }
    }

    @Test("waits for no long reading before it drops, and keeps nobody waiting", .timeLimit(.minutes(10)))
    func busy() async throws {
        try await StoreTesting.withStore { store, pool in
            _ = try await store.publish(try GenerationStoreTests.draft(1, items: [1], users: [1]))
            let reading = try await Connection.open(pool.settings)
            try await reading.query("BEGIN")
            try await reading.query("SELECT count(*) FROM linden.item_embeddings")
            async let drop: Void = store.drop(Self.g1)
            for _ in 0..<20 {
                _ = try await StoreTesting.numbers(pool, "SELECT count(*) FROM linden.item_embeddings")
            }
            try await reading.query("ROLLBACK")
            try await drop
            await reading.close()
            #expect(try await store.generations().map(\.state) == [.dropped])
        }
    }
}
