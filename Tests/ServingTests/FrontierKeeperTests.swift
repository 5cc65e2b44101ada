import Domain
import Logging
import OfflineJobs
import Planning
import Serving
import Synchronization
import TestSupport
import Testing

@Suite("A keeper of a frontier", .timeLimit(.minutes(10)))
struct FrontierKeeperTests {
    /// Runs keepers until `body` returns.
    private static func keeping(_ keepers: [FrontierKeeper], _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for keeper in keepers { group.addTask { await keeper.run() } }
            try await body()
            group.cancelAll()
        }
    }

    private static func keeper(
        of service: RecommendationService, _ store: MemoryStore, growth: Double = 0.2,
        measure: @escaping @Sendable (MeasurableCatalogue) async throws -> Frontier?
    ) -> FrontierKeeper {
        FrontierKeeper(
            service: service, turn: store, growth: growth, interval: .milliseconds(1), logger: Logger(label: "test"),
            measure: measure)
    }

    /// Measures as the program does.
    private static func measured(
        _ served: MeasurableCatalogue, _ service: RecommendationService, _ store: MemoryStore
    ) async throws -> Frontier {
        let job = FrontierJob(store: store, model: service.planner.model, threads: 1, host: "here", seenLimit: 100)
        let catalogue = FrontierCatalogue(
            generation: served.generation, index: served.index, vectors: served.vectors, row: served.row)
        let outcome = try await job.run(on: catalogue, by: { work in try await BackgroundThread.run(work) })
        try await job.store(outcome)
        return outcome.frontier
    }

    /// Adds a third to the catalogue.
    private static func grow(_ planted: PlantedStore, _ name: String = "new") async throws {
        try await planted.store.upsert(
            (0..<10).map { CatalogueItem(id: try ItemID("\(name)-\($0)"), title: "comedy", categories: ["comedy"]) })
        try await planted.service.refresh()
    }

    @Test("measures a catalogue that has grown, and every node plans by it without a restart")
    func grown() async throws {
        let planted = try await PlantedStore()
        let (service, store) = (planted.service, planted.store)
        let other = planted.service(vectors: .memory)
        try await other.refresh()
        #expect(service.whyMeasureAgain() == nil)
        try await Self.grow(planted)
        try await other.refresh()
        #expect(service.whyMeasureAgain() != nil && other.whyMeasureAgain() != nil)
        let keepers = [
            Self.keeper(of: service, store) { try await Self.measured($0, service, store) },
            Self.keeper(of: other, store, growth: 0) { _ in
                Issue.record("It was told to measure nothing.")
                return nil
            },
        ]
        try await Self.keeping(keepers) {
            while service.whyMeasureAgain() != nil || other.whyMeasureAgain() != nil { await Task.yield() }
        }
        var counters = service.recalibrationCounters
        #expect(counters.started == 1 && counters.finished == 1 && counters.failed == 0)
        counters = other.recalibrationCounters
        #expect(counters == RecalibrationCounters())
        // What comes from the feed later leaves it as it is.
        try await store.upsert([CatalogueItem(id: try ItemID("one more"), title: "comedy")])
        try await service.refresh()
        #expect(service.whyMeasureAgain() == nil)
        let answer = try await service.recommend(try PlantedStore.request(user: "comedy-user-2"))
        #expect(!answer.degradation.contains(.uncalibrated))
    }

    @Test("lets requests and changes go on, one node measure at a time, and ends with the program")
    func beside() async throws {
        let planted = try await PlantedStore()
        let other = planted.service(vectors: .memory)
        try await Self.grow(planted)
        try await other.refresh()
        let underWay = Atomic(0)
        let keepers = [planted.service, other].map { service in
            Self.keeper(of: service, planted.store) { _ in
                try await BackgroundThread.run { shouldStop in
                    underWay.add(1, ordering: .relaxed)
                    while !shouldStop() {}
                    throw CancellationError()
                }
            }
        }
        try await Self.keeping(keepers) {
            while underWay.load(ordering: .relaxed) == 0 { await Task.yield() }
            for _ in 0..<100 {
                #expect(
                    try await planted.service.recommend(try PlantedStore.request(user: "drama-user-2")).items.count == 3
                )
                await Task.yield()
            }
            try await Self.grow(planted, "newer")
        }
        #expect(underWay.load(ordering: .relaxed) == 1)
        #expect(planted.service.recalibrationCounters.failed + other.recalibrationCounters.failed == 0)
        // The turn was given back.
        #expect(try await planted.store.takingTurn { true } == true)
    }

    @Test("serves on as before when a measurement fails, and does not try again at once")
    func fails() async throws {
        struct Fault: Error {}
        let planted = try await PlantedStore()
        try await Self.grow(planted)
        let tries = Atomic(0)
        let keeper = Self.keeper(of: planted.service, planted.store) { _ in
            tries.add(1, ordering: .relaxed)
            throw Fault()
        }
        try await Self.keeping([keeper]) {
            while planted.service.recalibrationCounters.failed == 0 { await Task.yield() }
            for _ in 0..<20 { await Task.yield() }
        }
        #expect(tries.load(ordering: .relaxed) == 1 && planted.service.whyMeasureAgain() != nil)
        #expect(try await planted.service.recommend(try PlantedStore.request(user: "drama-user-2")).items.count == 3)
    }

    @Test("takes over nothing of other prices or of another generation")
    func others() async throws {
        let planted = try await PlantedStore()
        let generation = try #require(planted.service.generation).number
        let frontier = try #require(try await planted.store.head(of: generation).frontier)
        func changed(costModel: Int, rows: Int) -> Frontier {
            Frontier(costModel: costModel, host: "", queries: 60, rows: rows, curves: frontier.curves)
        }
        #expect(!planted.service.adopt(changed(costModel: frontier.costModel + 1, rows: 40), of: generation))
        #expect(!planted.service.adopt(changed(costModel: frontier.costModel, rows: 40), of: GenerationNumber(99)))
        #expect(planted.service.whyMeasureAgain() == nil)
        #expect(planted.service.adopt(changed(costModel: frontier.costModel, rows: 40), of: generation))
        #expect(planted.service.whyMeasureAgain() != nil)
    }

    @Test("does not measure where full vectors are not in memory")
    func fetched() async throws {
        let planted = try await PlantedStore()
        #expect(planted.service.canMeasure && !planted.service(vectors: .database(planted.store)).canMeasure)
    }
}

@Suite("A schedule of recalibrations")
struct RecalibrationScheduleTests {
    private static let generation = GenerationNumber(3)

    private static func frontier(costModel: Int = 2, rows: Int = 100) -> Frontier {
        Frontier(costModel: costModel, host: "", queries: 500, rows: rows, curves: [])
    }

    @Test(
        "is due by the share that the catalogue has grown or shrunk by, and where nothing is measured by these prices",
        arguments: [
            (frontier: frontier(), rows: 120, growth: 0.2, isDue: false), (frontier(), 121, 0.2, true),
            (frontier(), 80, 0.2, false), (frontier(), 79, 0.2, true), (frontier(), 300, 3, false),
            (frontier(), 1_000, 0, false), (nil, 100, 0.2, true), (nil, 0, 0.2, false), (nil, 100, 0, false),
            (frontier(costModel: 1), 100, 0.2, true), (frontier(costModel: 3), 1_000, 0.2, false),
        ] as [(Frontier?, Int, Double, Bool)])
    func due(frontier: Frontier?, rows: Int, growth: Double, isDue: Bool) {
        let schedule = RecalibrationSchedule(growth: growth)
        #expect(schedule.isDue(frontier, of: Self.generation, rows: rows, costModel: 2, at: .zero) == isDue)
    }

    @Test("waits longer after each failure, up to an hour, and not for another generation")
    func pauses() {
        var (schedule, time) = (RecalibrationSchedule(growth: 0.2), Duration.zero)
        func isDue(_ generation: GenerationNumber = Self.generation) -> Bool {
            schedule.isDue(nil, of: generation, rows: 9, costModel: 2, at: time)
        }
        schedule.ended(successfully: true, of: Self.generation, at: time)
        for pause in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            time += .seconds(pause) - .milliseconds(1)
            #expect(!isDue() && isDue(GenerationNumber(4)))
            time += .milliseconds(1)
            #expect(isDue())
            schedule.ended(successfully: false, of: Self.generation, at: time)
        }
        schedule.ended(successfully: true, of: Self.generation, at: time)
        time += .seconds(60)
        #expect(isDue())
    }
}
