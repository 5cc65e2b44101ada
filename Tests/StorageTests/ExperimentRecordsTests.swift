import Domain
import Storage
import TestSupport
import Testing

@Suite("What came of experiments")
struct ExperimentRecordsTests {
    private typealias Kept = CatalogueStore & EventStore & ExperimentRecords & ExposureStore

    private static let day: Int64 = 20_000
    private static func time(_ seconds: Double) -> Timestamp {
        Timestamp(microseconds: day * 86_400_000_000 + Int64(seconds * 1e6))
    }

    /// The same exposures and events in a store, drawn by a seed.
    private static func fill(_ store: any Kept) async throws {
        var generator = SeededGenerator(seed: 7)
        try await store.upsert(try (0..<20).map { CatalogueItem(id: try ItemID("i\($0)")) })
        var (exposures, events) = ([Exposure](), [Interaction]())
        for number in 0..<400 {
            let user = Int.random(in: 0..<60, using: &generator)
            var exposure = try ExposureStoreTests.exposure("r-\(number)", day: day)
            let items = try (0..<20).shuffled(using: &generator).prefix(5).map { try ItemID("i\($0)") }
            exposure.at = time(Double.random(in: 0..<50_000, using: &generator))
            (exposure.unit, exposure.arm) = ("u\(user)", user % 2 == 0 ? "a" : "b")
            exposure.spent = CostUnits(microunits: Int.random(in: 1...9_000_000, using: &generator))
            exposure.took = .microseconds(Int.random(in: 100...90_000, using: &generator))
            exposure.degraded = Bool.random(using: &generator) ? [] : ["budget_cut"]
            exposure.isOverride = number % 17 == 0
            exposure.isFallback = number % 19 == 0
            exposure.items = items.map {
                Exposure.Shown(
                    item: $0, propensity: 1, team: number % 5 == 0 ? Int.random(in: 0...2, using: &generator) : nil)
            }
            exposures.append(exposure)
            for click in 0..<Int.random(in: 0...3, using: &generator) {
                let item = click == 2 ? try ItemID("i\(number % 20)") : items[click * 2]
                events.append(
                    Interaction(
                        user: try UserID("u\(user)"), item: item,
                        timestamp: Timestamp(
                            microseconds: exposure.at.microseconds
                                + Int64.random(in: -1_000_000...99_000_000_000, using: &generator)),
                        kind: number % 3 == 0 ? "view" : "click", value: Float(number % 7),
                        recommendation: "r-\(number)"))
            }
        }
        // What users did before they were exposed.
        for user in 0..<60 {
            for number in 0..<(user % 9) {
                events.append(
                    Interaction(
                        user: try UserID("u\(user)"), item: try ItemID("i\(number)"),
                        timestamp: time(-86_400 * Double(number * 5 + 1)), kind: "view"))
            }
        }
        _ = try await store.append(events)
        _ = try await store.append(exposures: exposures)
    }

    @Test("is the same folded by the database and counted one by one")
    func alike() async throws {
        let memory = MemoryStore()
        try await Self.fill(memory)
        try await StoreTesting.withStore { store, _ in
            try await Self.fill(store)
            for since in [nil, Self.time(20_000)] {
                var question = ExperimentQuestion(experiment: "e")
                question.since = since
                let (found, wanted) = (try await store.records(question), try await memory.records(question))
                #expect(found.map(\.arm) == ["a", "b"] && wanted.map(\.arm) == ["a", "b"])
                for (found, wanted) in zip(found, wanted) {
                    #expect(
                        (found.units, found.answers, found.degraded) == (wanted.units, wanted.answers, wanted.degraded))
                    #expect(found.latencies == wanted.latencies)
                    #expect(
                        Set(found.metrics.keys) == Set(ArmRecord.metrics) && wanted.metrics.count == found.metrics.count
                    )
                    for (metric, moments) in found.metrics {
                        let other = try #require(wanted.metrics[metric])
                        #expect(Self.areClose(moments.means, other.means), "\(metric)")
                        #expect(Self.areClose(moments.squares, other.squares), "\(metric)")
                        #expect(Self.areClose(moments.products, other.products), "\(metric)")
                    }
                }
                let votes = try await store.votes(question)
                #expect(votes == (try await memory.votes(question)) && votes.first > 0 && votes.second > 0)
                let singles = try await store.exposures(question, limit: 50)
                #expect(
                    singles == (try await memory.exposures(question, limit: 50)) && singles.contains { $0.clicks > 0 })
            }
            #expect(try await store.records(ExperimentQuestion(experiment: "other")).isEmpty)
        }
    }

    private static func areClose(_ left: SIMD3<Double>, _ right: SIMD3<Double>) -> Bool {
        (0..<3).allSatisfy { abs(left[$0] - right[$0]) <= 1e-9 * (1 + abs(right[$0])) }
    }
}
