import Domain
import OfflineJobs
import Planning
import TestSupport
import Testing
import Towers

@Suite("A calibration of costs")
struct CostCalibrationTests {
    /// A store whose active generation has items, users who met two of them each, and vectors that no tower made.
    private static func store(items: Int, users: Int, activates: Bool = true) async throws -> MemoryStore {
        let store = MemoryStore()
        let made = ClusteredVectors(items: items, queries: max(1, users), dimensions: 32, seed: 3)
        let ids = try (0..<items).map { try ItemID("i\($0)") }
        try await store.upsert(ids.map { CatalogueItem(id: $0) })
        _ = try await store.append(
            try (0..<users).flatMap { user in
                try [user % items, (7 * user + 1) % items].map { item in
                    Interaction(
                        user: try UserID("u\(user)"), item: ids[item], timestamp: Timestamp(seconds: 1), kind: "view")
                }
            })
        func halves(_ table: EmbeddingTable, _ count: Int) -> HalfEmbeddings {
            HalfEmbeddings(
                dimensions: 32, numbers: (0..<count).map { Int64($0 + 1) },
                bits: table.elements.prefix(count * 32).map { Float16($0).bitPattern })
        }
        let ladder = try PrefixLadder([8, 16, 32])
        let model = try #require(TwoTowerModel(imported: ladder, items: ids, vectors: made.items))
        let generation = try await store.publish(
            GenerationDraft(
                fingerprint: [1], ladder: ladder, normRule: .cosineAtEachRung, cutoff: 10, rungs: [], settings: "{}",
                artefact: model.encoded(), items: halves(made.items, items), users: halves(made.queries, users),
                userEvents: [Int](repeating: 2, count: users)))
        if activates { try await store.checkAndActivate(generation.number) }
        return store
    }

    private static func job(_ store: MemoryStore) -> CostCalibrationJob {
        CostCalibrationJob(store: store, requests: store, host: "here", seenLimit: 100)
    }

    @Test("is refused without a generation, and with few users, whose number it says")
    func refusals() async throws {
        let empty = MemoryStore()
        await #expect(throws: CalibrationError.noGeneration) { try await Self.job(empty).run { _ in } }
        for users in [0, 49] {
            let store = try await Self.store(items: 60, users: users)
            let error = await #expect(throws: CalibrationError.tooFewUsers(users, needed: 50)) {
                try await Self.job(store).run { _ in }
            }
            #expect(error?.description.contains("has \(users) users with an embedding") == true)
        }
    }

    @Test("counts what the meter was paid for, and fits a model that is stored if it explains enough")
    func wholeRun() async throws {
        let store = try await Self.store(items: 700, users: 80)
        let job = Self.job(store)
        let outcome = try await job.run { _ in }
        for sample in outcome.judged where sample.label.hasPrefix("n700 ") || sample.label.hasPrefix("n175 ") {
            #expect(sample.counts[.request] == 1 && sample.counts[.filteredRow] > 0)
            let dimensions = sample.label.contains(" s8") ? 8 : sample.label.contains(" s16") ? 16 : 32
            #expect(sample.counts[.scannedByte] == dimensions * sample.counts[.scannedRow], "\(sample.label)")
            // A filter may let nothing through.
            guard !sample.label.contains(" f") else { continue }
            #expect(sample.counts[.scannedRow] > 0)
            #expect((sample.counts[.rerankedRow] > 0) == sample.label.contains("-k"))
        }
        let labels = Set(outcome.judged.map(\.label))
        for label in ["user fetch", "fetch of 1", "fetch of 200", "n700 s8", "n175 s8-k50-r32 f0.1"] {
            #expect(labels.contains(label), "\(label) is not in \(labels.sorted())")
        }
        // Nobody cached anything, and no tower made these vectors.
        for kind in CostKind.allCases {
            let isMeasured = ![.cachedRow, .towerRun, .towerHistoryItem].contains(kind)
            #expect((outcome.fit.origin(of: kind) != .notMeasured) == isMeasured, "\(kind)")
        }
        #expect(try await store.costModels().isEmpty)
        // Times are this machine's, and may be no model's; then nothing may be stored.
        guard outcome.fit.accuracy.explained >= CostModelFit.leastExplained else {
            await #expect(throws: CostModelFitError.self) { try await job.store(outcome) }
            #expect(try await store.costModels().isEmpty)
            return
        }
        let stored = try await job.store(outcome)
        #expect(stored.revision == 2)
        #expect(try await store.currentCostModel() == stored)
    }

    @Test("stores nothing once it is cancelled")
    func cancelled() async throws {
        let store = try await Self.store(items: 200, users: 60)
        let job = Self.job(store)
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    let outcome = try await job.run { _ in }
                    _ = try await job.store(outcome)
                }
            }
        }
        #expect(try await store.costModels().isEmpty)
    }
}
