import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("The store of training runs")
struct TrainingRunStoreTests {
    static let start = TrainingRunStart(
        cut: DataCut(
            before: Timestamp(seconds: 900), latest: Timestamp(microseconds: 899_999_999), interactions: 7, users: 3,
            items: 5),
        seed: .max, settings: "{\"epochs\": 8}")

    static let comparison = GenerationComparison(
        active: GenerationNumber(2), users: 40, cutoff: 20,
        rungs: [RungComparison(dimensions: 16, active: 0.5, new: 0.25, difference: -0.375 ... -0.125)],
        mayFlatterActive: true)

    @Test(
        "gives back each way to end",
        arguments: [
            .published(GenerationNumber(4)), .refused(GenerationNumber(4), reason: "Worse."),
            .refused(nil, reason: "No Matryoshka."), .interrupted, .failed(reason: "It diverged."), .unfinished,
        ] as [TrainingOutcome])
    func roundTrip(outcome: TrainingOutcome) async throws {
        try await StoreTesting.withStore { store, _ in
            let number = try await store.begin(Self.start)
            let begun = try #require(try await store.trainingRuns().first)
            #expect(begun.number == number && begun.start == Self.start)
            #expect(begun.end.outcome == .unfinished && begun.end.rungs.isEmpty && begun.end.comparison == nil)
            #expect(begun.startedAt > Timestamp(seconds: 1_600_000_000))

            var end = TrainingRunEnd(cutoff: 20, settings: Self.start.settings)
            end.outcome = outcome
            end.seconds = 12.5
            end.rungs = [RungQuality(dimensions: 16, recall: 0.25, ndcg: 0.125)]
            end.comparison = Self.comparison
            try await store.finish(number, end)
            let ended = try #require(try await store.trainingRuns().first)
            #expect(ended.end == end && ended.start == Self.start)
        }
    }

    @Test("lists the newest first, and takes the unfinished before it for interrupted until they say otherwise")
    func order() async throws {
        try await StoreTesting.withStore { store, _ in
            let bare = TrainingRunStart(
                cut: DataCut(before: nil, latest: nil, interactions: 0, users: 0, items: 0), seed: 0, settings: "{}")
            let (first, second) = (try await store.begin(bare), try await store.begin(bare))
            let runs = try await store.trainingRuns()
            #expect(runs.map(\.number) == [second, first])
            #expect(runs.map(\.end.outcome) == [.unfinished, .interrupted])
            #expect(runs[0].start == bare)
            var end = TrainingRunEnd(cutoff: 20, settings: "{}")
            end.outcome = .published(GenerationNumber(1))
            try await store.finish(first, end)
            #expect(try await store.trainingRuns().map(\.end.outcome) == [.unfinished, end.outcome])
            await #expect(throws: TrainingRunError.unknown(TrainingRunNumber(9))) {
                try await store.finish(TrainingRunNumber(9), end)
            }
        }
    }

    @Test("reads interactions before a cut alone, by the last time that lies before it", arguments: 0..<3)
    func cut(seed: Int64) async throws {
        try await StoreTesting.withStore { store, _ in
            var events: [Interaction] = []
            for row in 0..<200 as Range<Int64> {
                let random = (row &* 6_364_136_223_846_793_005 &+ seed &* 1_442_695_040_888_963_407) >> 33
                let (user, item) = (random & 7, (random >> 3) & 15)
                // Two years of partitions.
                events.append(
                    try StoreTesting.interaction("u\(user)", "i\(item)", at: 1_700_000_000 + (random & 0xFFFF) * 900))
            }
            _ = try await store.append(events)
            for moment in [
                0, 1_700_000_000, 1_720_000_000, events[0].timestamp.microseconds / 1_000_000, 4_000_000_000,
            ] {
                let cut = Timestamp(seconds: moment)
                let log = try await store.interactionLog(before: cut)
                var expected: [String: Int64] = [:]
                for event in events where event.timestamp < cut {
                    let pair = "\(event.user) \(event.item)"
                    expected[pair] = max(expected[pair] ?? 0, event.timestamp.microseconds)
                }
                var found: [String: Int64] = [:]
                for row in 0..<log.count {
                    let user = log.users[Int(log.userPositions[row])].id
                    found["\(user) \(log.items[Int(log.itemPositions[row])].item.id)"] = log.timestamps[row]
                }
                #expect(found == expected && log.count == expected.count)
                #expect(Set(log.users.map(\.id)) == Set(events.filter { $0.timestamp < cut }.map(\.user)))
            }
            #expect(try await store.interactionLog().count == Set(events.map { "\($0.user) \($0.item)" }).count)
        }
    }

    @Test("weighs events by kind, number and value as the store in memory does", arguments: 0..<3 as Range<UInt64>)
    func weights(seed: UInt64) async throws {
        try await StoreTesting.withStore { store, _ in
            var generator = SeededGenerator(seed: seed)
            let kinds = ["view", "rating", "rating", "rating", "purchase", "hide", "impression", "else"]
            let events = try (0..<600).map { event in
                let kind = kinds[Int.random(in: kinds.indices, using: &generator)]
                let hasValue = kind == "rating" && Int.random(in: 0..<8, using: &generator) > 0
                return Interaction(
                    user: try UserID("u\(Int.random(in: 0..<6, using: &generator))"),
                    item: try ItemID("i\(Int.random(in: 0..<20, using: &generator))"),
                    timestamp: Timestamp(seconds: 1_700_000_000 + Int64.random(in: 0..<90_000_000, using: &generator)),
                    kind: kind, value: hasValue ? Float(Int.random(in: 1...5, using: &generator)) : nil,
                    event: try EventID("e\(event)"))
            }
            _ = try await store.append(events)
            let memory = MemoryStore()
            _ = try await memory.append(events)
            func weights(_ log: InteractionLog) -> [String: Float] {
                let pairs = (0..<log.count).map {
                    "\(log.users[Int(log.userPositions[$0])].id) \(log.items[Int(log.itemPositions[$0])].item.id)"
                }
                return Dictionary(zip(pairs, log.weights), uniquingKeysWith: +)
            }
            let (found, expected) = (
                weights(try await store.interactionLog()), weights(try await memory.interactionLog())
            )
            #expect(found.keys == expected.keys)
            for (pair, weight) in expected { #expect(abs((found[pair] ?? -1) - weight) < 1e-5, "\(pair)") }
            #expect(Set(expected.values).count > 10 && expected.values.contains(0))
            let uniform = try await store.interactionLog(before: nil, weighing: .uniform)
            #expect(uniform.weights.allSatisfy { $0 == 1 })
        }
    }
}
