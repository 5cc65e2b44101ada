import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("The store of cost models")
struct CostModelStoreTests {
    private static func draft(_ factor: Int) -> CostModelDraft {
        CostModelDraft(
            model: CostModel(revision: 1) { CostUnits(microunits: factor * CostModel.shipped[$0].microunits) },
            host: "node-\(factor)", explained: 0.99, medianError: 0.0625, samples: 700)
    }

    /// Both kinds of store behave alike.
    private static func check(_ store: some CostModelStore) async throws {
        #expect(try await store.currentCostModel() == .shipped)
        #expect(try await store.costModels().isEmpty)
        let (first, second) = (try await store.store(costModel: draft(0)), try await store.store(costModel: draft(3)))
        #expect([first.revision, second.revision] == [2, 3] && second.name == "linden-cost/3")
        #expect(first == draft(0).model.with(revision: 2))
        #expect(try await store.currentCostModel() == second)
        let stored = try await store.costModels()
        #expect(stored.map(\.model) == [second, first])
        #expect(stored[0].draft.host == "node-3" && stored[0].draft.samples == 700)
        #expect(stored[0].draft.explained == 0.99 && stored[0].draft.medianError == 0.0625)
    }

    @Test("gives numbers from 2 on, and the newest back as the one in use")
    func roundTrip() async throws {
        try await StoreTesting.withStore { store, _ in
            try await Self.check(store)
            #expect(try await store.costModels()[0].createdAt > Timestamp(seconds: 1_600_000_000))
        }
        try await Self.check(MemoryStore())
    }

    @Test("gives a kind that came later its shipped weight, and refuses one that it does not know")
    func otherVersions() async throws {
        try await StoreTesting.withStore { store, pool in
            func insert(_ weights: String) async throws {
                try await pool.withConnection { connection in
                    _ = try await connection.query(
                        """
                        INSERT INTO linden.cost_models (host, weights, r2, median_error, samples)
                        VALUES ('h', $1, 1, 0, 1)
                        """, JSONB(weights))
                }
            }
            try await insert(#"{"request": 7}"#)
            let model = try await store.currentCostModel()
            #expect(model.request == CostUnits(microunits: 7) && model.userFetch == CostModel.shipped.userFetch)
            try await insert(#"{"sorcery": 7}"#)
            let error = await #expect(throws: (any Error).self) { try await store.costModels() }
            #expect(error.map { "\($0)".contains("has a weight 'sorcery'") } == true)
        }
    }

    @Test("samples users evenly, and counts them all", arguments: [1, 2, 3, 5, 7, 100])
    func users(limit: Int) async throws {
        try await StoreTesting.withStore { store, _ in
            for port in [store as any CostModelTestStore, MemoryStore()] {
                let generation = try await EmbeddedUsers.publish(7, in: port)
                let sample = try await port.sampleOfUsers(in: generation, atMost: limit)
                let places = [1: [0], 2: [0, 4], 3: [0, 3, 5], 5: [0, 2, 3, 5, 6]][limit] ?? Array(0..<7)
                #expect(sample.total == 7)
                #expect(sample.users == (try places.map { try UserID("u\($0)") }))
            }
            let none = try await store.sampleOfUsers(in: GenerationNumber(99), atMost: limit)
            #expect(none == UserSample(total: 0, users: []))
        }
    }
}

private typealias CostModelTestStore = CatalogueStore & EventStore & GenerationPublisher & UserSampleSource

/// A generation with some users.
private enum EmbeddedUsers {
    static func publish(_ count: Int, in store: any CostModelTestStore) async throws -> GenerationNumber {
        // One after the other, so that their numbers follow their names.
        for user in 0..<count {
            _ = try await store.append([try StoreTesting.interaction("u\(user)", "i\(user)", at: 1)])
        }
        let ladder = try PrefixLadder([2, 4])
        func halves() -> HalfEmbeddings {
            HalfEmbeddings(
                dimensions: 4, numbers: (1...count).map(Int64.init), bits: [UInt16](repeating: 0x3C00, count: 4 * count)
            )
        }
        return try await store.publish(
            GenerationDraft(
                fingerprint: [UInt8](repeating: 1, count: 32), ladder: ladder, normRule: .cosineAtEachRung, cutoff: 20,
                rungs: [], settings: "{}", artefact: [1], items: halves(), users: halves(),
                userEvents: [Int](repeating: 1, count: count))
        ).number
    }
}
