import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Revisions of tiers")
struct TierStoreTests {
    static func draft(_ parent: TierRevisionNumber?, _ document: String = "a: 1  # \u{e9}\n") -> TierRevisionDraft {
        TierRevisionDraft(
            parent: parent, actor: "ann", reason: "why", document: document,
            sha256: String(repeating: "a", count: 64), configuration: "{\"a\": 1}")
    }

    @Test("are kept byte for byte, and one of them holds")
    func published() async throws {
        for store in [MemoryStore() as any TierStore] { try await Self.check(store) }
        try await StoreTesting.withStore { store, _ in try await Self.check(store) }
    }

    private static func check(_ store: any TierStore) async throws {
        #expect(try await store.activeTierRevision() == nil)
        let first = try await store.publish(tiers: draft(nil))
        let second = try await store.publish(tiers: draft(1, "a: \"2\"\r\n"))
        #expect((first.number, second.number) == (1, 2))
        #expect(try await store.activeTierRevision() == 2)
        #expect(try await store.tierRevision(1)?.draft == draft(nil))
        #expect(try await store.tierRevisions(limit: 10).map(\.draft.document) == ["a: \"2\"\r\n", "a: 1  # \u{e9}\n"])
        #expect(try await store.tierRevisions(limit: 1).map(\.number) == [2])
        for stale in [nil, 1, 7] as [TierRevisionNumber?] {
            await #expect(throws: StaleTierRevision(parent: stale, active: 2)) {
                _ = try await store.publish(tiers: draft(stale))
            }
        }
        #expect(try await store.tierRevisions(limit: 10).count == 2)
    }

    @Test("have one winner of eight who publish at once")
    func race() async throws {
        try await StoreTesting.withStore { store, _ in
            let won = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            _ = try await store.publish(tiers: Self.draft(nil))
                            return true
                        } catch is StaleTierRevision {
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(won == 1)
            #expect(try await store.activeTierRevision() == 1)
        }
    }

    @Test("are changed by nobody, whatever is typed by hand")
    func immutable() async throws {
        try await StoreTesting.withStore { store, pool in
            _ = try await store.publish(tiers: Self.draft(nil))
            for change in ["UPDATE linden.tier_revisions SET actor = 'x'", "DELETE FROM linden.tier_revisions"] {
                await #expect(throws: PostgresError.self) {
                    try await pool.withConnection { try await $0.execute(script: change) }
                }
            }
            #expect(try await store.tierRevision(1)?.draft == Self.draft(nil))
        }
    }

    @Test("ring a bell when one is published")
    func bell() async throws {
        try await StoreTesting.withStore { store, _ in
            let (rings, ring) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await store.listenForTiers { ring.yield() } }
                var heard = rings.makeAsyncIterator()
                await heard.next()
                _ = try await store.publish(tiers: Self.draft(nil))
                await heard.next()
                group.cancelAll()
            }
        }
    }
}
