import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Exposures")
struct ExposureStoreTests {
    static func exposure(
        _ recommendation: String, experiment: String = "e", day: Int64 = 20_000, items: [Exposure.Shown]? = nil
    ) throws -> Exposure {
        let shown = try items ?? [Exposure.Shown(item: ItemID("i1"), propensity: 0.5)]
        return Exposure(
            recommendation: recommendation, at: Timestamp(microseconds: day * 86_400_000_000 + 5), unit: "u\"1\\",
            experiment: experiment, arm: "b", revision: 3, tier: "economy", generation: GenerationNumber(1),
            scene: "home", plan: "s16", planned: CostUnits(microunits: 5_000_000), spent: CostUnits(microunits: 1),
            estimatedRecall: 0.5, took: .microseconds(1_500), degraded: ["budget_cut"], isFallback: false,
            isOverride: true, propensity: 0.25, items: shown)
    }

    @Test("are stored once, however often they are sent")
    func once() async throws {
        try await Self.checkOnce(MemoryStore())
        try await StoreTesting.withStore { store, _ in try await Self.checkOnce(store) }
    }

    private static func checkOnce(_ store: any ExposureStore) async throws {
        let some = try [exposure("r-1"), exposure("r-2"), exposure("r-1", experiment: "f")]
        #expect(try await store.append(exposures: some) == 3)
        #expect(try await store.append(exposures: some + [try exposure("r-3", day: 20_001)]) == 1)
        #expect(try await store.append(exposures: []) == 0)
        // Of the two days the older goes.
        #expect(try await store.dropExposures(before: Timestamp(microseconds: 20_001 * 86_400_000_000 + 9)) == 1)
        #expect(try await store.append(exposures: [try exposure("r-3", day: 20_001)]) == 0)
        #expect(try await store.append(exposures: [try exposure("r-1")]) == 1)
    }

    @Test("keep what was shown, in its order, whatever the ids are made of")
    func items() async throws {
        try await StoreTesting.withStore { store, pool in
            let ids = ["a,b", "\"q\"", "\\", "{}", "NULL", "caf\u{65}\u{301}", " "]
            let shown = try ids.enumerated().map { place, id in
                Exposure.Shown(item: try ItemID(id), propensity: 1 / Double(place + 1), team: place % 2)
            }
            _ = try await store.append(exposures: [try Self.exposure("r-1", items: shown)])
            let row = try #require(
                try await pool.withConnection { connection in
                    try await connection.query(
                        "SELECT items, teams::bigint[], unit, degraded, took_ms::float8, spent FROM linden.exposures"
                    ).first
                })
            #expect(try row.decode([String].self, at: 0) == ids)
            #expect(try row.decode([Int64].self, at: 1) == [0, 1, 0, 1, 0, 1, 0])
            #expect(try row.decode(String.self, at: 2) == "u\"1\\")
            #expect(try row.decode([String].self, at: 3) == ["budget_cut"])
            #expect(try row.decode(Double.self, at: 4) == 1.5 && row.decode(Double.self, at: 5) == 0.000001)
        }
    }
}
