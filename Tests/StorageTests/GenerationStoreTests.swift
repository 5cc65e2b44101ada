import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("The store of generations")
struct GenerationStoreTests {
    static func draft(_ fingerprint: UInt8, items: [Int64], users: [Int64]) throws -> GenerationDraft {
        func rows(_ numbers: [Int64]) -> HalfEmbeddings {
            HalfEmbeddings(
                dimensions: 4, numbers: numbers,
                bits: numbers.flatMap { number in (0..<4).map { UInt16(number) * 256 + $0 + 1 } })
        }
        return GenerationDraft(
            fingerprint: [UInt8](repeating: fingerprint, count: 32), ladder: try PrefixLadder([2, 4]),
            normRule: .cosineAtEachRung, cutoff: 20,
            rungs: [
                RungQuality(dimensions: 2, recall: 0.25, ndcg: 0.125), RungQuality(dimensions: 4, recall: 0.5, ndcg: 1),
            ],
            settings: "{}", artefact: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }, items: rows(items),
            users: rows(users), userEvents: users.map { _ in 2 })
    }

    /// A store with two items, one user and the user's two events.
    static func fill(_ store: PostgresStore) async throws {
        let events = [
            try StoreTesting.interaction("u1", "i2", at: 5), try StoreTesting.interaction("u1", "i1", at: 3),
        ]
        _ = try await store.append(events)
    }

    @Test("gives back what was published")
    func roundTrip() async throws {
        try await StoreTesting.withStore { store, pool in
            try await Self.fill(store)
            let draft = try Self.draft(7, items: [1, 2], users: [1])
            let generation = try await store.publish(draft)
            #expect(try await store.activeGeneration() == nil)
            try await store.checkAndActivate(generation.number)
            // The second replaces the first, and comes back to the last bit.
            try await store.store(Self.frontier(knots: 0), generation: generation.number)
            let frontier = Self.frontier(knots: 3)
            try await store.store(frontier, generation: generation.number)

            let active = try #require(try await store.activeGeneration())
            let loaded = try await store.loaded(active)
            let published = loaded.published
            #expect(published.generation.fingerprint == draft.fingerprint)
            #expect(published.generation.rungs == draft.rungs)
            #expect(published.generation.ladder == draft.ladder)
            #expect(published.artefact == draft.artefact)
            #expect(try await store.artefact(of: active) == draft.artefact)
            #expect(loaded.items.map(\.number.rawValue) == [1, 2])
            #expect(loaded.embeddings.map { $0 ?? [] }.flatMap(\.self) == draft.items.bits)
            #expect(loaded.items.map(\.interactions) == [1, 1])
            #expect(published.frontier == frontier)
            // What another version measured in another form is as good as not measured.
            _ = try await pool.withConnection { connection in
                try await connection.query(
                    "UPDATE linden.frontiers SET curves = '[{\"dims\": 2}]'")
            }
            #expect(try await store.head(of: generation.number).frontier == nil)
        }
    }

    private static func frontier(knots: Int) -> Frontier {
        let predictor = RecallPredictor(
            slope: 0.7, intercept: -0.1, deviation: 1.0 / 3,
            knots: (0..<knots).map { .init(estimate: 1 / (4 - Float($0)), recall: Float($0) / 7) })
        func curve(probes: Int?, _ predictor: RecallPredictor?) -> RecallCurve {
            RecallCurve(
                probes: probes, dimensions: 2, allowedShare: 0.1, count: 10, scanCost: CostUnits(microunits: 12),
                highScanCost: CostUnits(microunits: 15),
                fixed: [DepthPoint(depth: 0, recall: 1.0 / 3, ndcg: 0.4), DepthPoint(depth: 10, recall: 1, ndcg: 1)],
                adaptive: [TargetPoint(target: 0.9, depth: 12.25, highDepth: 40, recall: 2.0 / 3)],
                predictor: predictor,
                estimateError: predictor.map { _ in 0.02 })
        }
        return Frontier(
            costModel: 1, host: "one", queries: 50, rows: 2,
            curves: [curve(probes: nil, predictor), curve(probes: 4, nil)])
    }

    @Test("hands on items that have no embedding, and none that are deleted")
    func missing() async throws {
        try await StoreTesting.withStore { store, pool in
            try await Self.fill(store)
            try await store.upsert([CatalogueItem(id: try ItemID("i3"), title: "new", categories: ["a", "b"])])
            let generation = try await store.publish(try Self.draft(7, items: [1, 2], users: [1]))
            #expect(try await store.delete(item: try ItemID("i1")))
            let loaded = try await store.loaded(generation.number)
            #expect(loaded.items.map(\.item.id.text) == ["i2", "i3"])
            #expect(loaded.embeddings.map { $0 == nil } == [false, true])
            #expect(loaded.items[1].item.categories == ["a", "b"])
            let (changes, _) = try await store.changes(after: loaded.published.position)
            #expect(changes.isEmpty)

            let head = try await store.head(of: generation.number)
            #expect(head.generation == loaded.published.generation)
            // A backup that is put back elsewhere is another store.
            let other = try await StoreTesting.withStore { store, _ in
                try await Self.fill(store)
                let copy = try await store.publish(try Self.draft(7, items: [1, 2], users: [1]))
                return try await store.head(of: copy.number)
            }
            #expect(other.generation.fingerprint == head.generation.fingerprint && other.store != head.store)
            #expect(try await store.head(of: generation.number).store == head.store)
        }
    }

    @Test("knows a generation that is published twice")
    func twice() async throws {
        try await StoreTesting.withStore { store, _ in
            try await Self.fill(store)
            let first = try await store.publish(try Self.draft(7, items: [1, 2], users: [1]))
            let again = try await store.publish(try Self.draft(7, items: [1, 2], users: [1]))
            #expect(first.number == again.number)
            #expect(try await store.generations().count == 1)
        }
    }

    @Test("lets one generation serve at a time")
    func oneActive() async throws {
        try await StoreTesting.withStore { store, pool in
            try await Self.fill(store)
            let first = try await store.publish(try Self.draft(1, items: [1, 2], users: [1]))
            let second = try await store.publish(try Self.draft(2, items: [1, 2], users: [1]))
            try await store.checkAndActivate(first.number)
            try await store.checkAndActivate(second.number)
            #expect(try await store.generations().map(\.state) == [.active, .retired])
            await #expect(throws: GenerationError.unknown(GenerationNumber(99))) {
                try await store.activate(GenerationNumber(99))
            }
            #expect(try await store.activeGeneration() == second.number)
            await #expect(throws: PostgresError.self) {
                try await pool.withConnection { connection in
                    try await connection.execute("UPDATE linden.generations SET state = 'active'")
                }
            }
        }
    }

    @Test("refuses an embedding that is not of the generation's length")
    func lengths() async throws {
        try await StoreTesting.withStore { store, _ in
            try await Self.fill(store)
            let generation = try await store.publish(try Self.draft(7, items: [1], users: [1]))
            let short = HalfEmbeddings(dimensions: 2, numbers: [2], bits: [1, 1])
            await #expect(throws: PostgresError.self) {
                try await store.store(itemEmbeddings: short, generation: generation.number)
            }
            let right = HalfEmbeddings(dimensions: 4, numbers: [2], bits: [9, 9, 9, 9])
            try await store.store(itemEmbeddings: right, generation: generation.number)
            let loaded = try await store.loaded(generation.number)
            #expect(loaded.embeddings == [[257, 258, 259, 260], [9, 9, 9, 9]])
        }
    }

    @Test("fetches the embeddings that are asked for and there")
    func embeddings() async throws {
        try await StoreTesting.withStore { store, _ in
            try await Self.fill(store)
            let draft = try Self.draft(7, items: [1, 2, 3], users: [1])
            let generation = try await store.publish(draft)
            // Three times: the statement is prepared the second time.
            for limit in [nil, Duration.seconds(5), nil] {
                let found = try await store.embeddings(
                    of: [3, 1, 9].map { ItemNumber($0) }, generation: generation.number, within: limit)
                #expect(found.dimensions == 4 && Set(found.numbers) == [1, 3])
                for (row, number) in found.numbers.enumerated() {
                    let expected = draft.items.range(of: Int(number) - 1)
                    #expect(found.bits[found.range(of: row)] == draft.items.bits[expected])
                }
            }
            let none = try await store.embeddings(
                of: [ItemNumber(9)], generation: generation.number, within: nil)
            #expect(none.count == 0)
        }
    }

    @Test("says that it is away when embeddings do not come in time")
    func embeddingsTooLate() async throws {
        try await StoreTesting.withStore { store, pool in
            try await Self.fill(store)
            let generation = try await store.publish(try Self.draft(7, items: [1], users: [1]))
            let blocking = try await Connection.open(pool.settings)
            try await blocking.query("BEGIN")
            try await blocking.query("LOCK TABLE linden.item_embeddings IN ACCESS EXCLUSIVE MODE")
            await #expect(throws: StoreAway.self) {
                try await store.embeddings(
                    of: [ItemNumber(1)], generation: generation.number, within: .milliseconds(20))
            }
            try await blocking.query("ROLLBACK")
            await blocking.close()
        }
    }

    @Test("tells a user's state in one answer")
    func userState() async throws {
        try await StoreTesting.withStore { store, _ in
            try await Self.fill(store)
            let draft = try Self.draft(7, items: [1, 2], users: [1])
            let generation = try await store.publish(draft)
            let user = try UserID("u1")
            let before = try #require(try await store.state(of: user, generation: generation.number, seenLimit: 10))
            let log = try await store.interactionLog()
            let numbers = Dictionary(uniqueKeysWithValues: log.items.map { ($0.item.id.text, $0.number) })
            #expect(before.seen == [numbers["i1"], numbers["i2"]])
            #expect(before.embedding == draft.users.bits)
            #expect(!before.hasNewerEvents)

            _ = try await store.append([try StoreTesting.interaction("u1", "i3", at: 9)])
            let after = try #require(try await store.state(of: user, generation: generation.number, seenLimit: 2))
            #expect(after.hasNewerEvents)
            #expect(after.seen.count == 2 && after.seen.first == numbers["i2"])
            let stranger = try await store.state(of: try UserID("u9"), generation: generation.number, seenLimit: 2)
            #expect(stranger?.seen == nil)
        }
    }
}
