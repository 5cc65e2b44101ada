import Domain
import Logging
import Serving
import TestSupport
import Testing

@Suite("A kept snapshot")
struct KeptSnapshotTests {
    /// A store, its folder, and nodes that start from either.
    struct Nodes {
        let planted: PlantedStore
        let folder: TemporaryFolder

        init() async throws {
            planted = try await PlantedStore()
            folder = try TemporaryFolder()
        }

        /// A node that has just started.
        func start(on store: MemoryStore? = nil) async throws -> RecommendationService {
            let store = store ?? planted.store
            let service = RecommendationService(
                ports: RecommendationService.Ports(
                    events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                    experiments: store),
                snapshots: SnapshotFolder(path: folder.path, logger: Logger(label: "test")))
            try await service.refresh()
            return service
        }
    }

    /// What a node answers to requests of every kind.
    static func answers(_ service: RecommendationService) async throws -> [[RecommendedItem]] {
        var requests: [RecommendationRequest] = []
        for group in PlantedStore.groups {
            for tier in ["economy", "premium"] {
                requests.append(try PlantedStore.request(user: "\(group)-user-3", tier: tier))
            }
            var similar = try PlantedStore.request()
            similar.itemID = try ItemID("\(group)-4")
            requests.append(similar)
            var filtered = try PlantedStore.request(user: "\(group)-user-1")
            filtered.filter = ItemFilter(categories: [group], attributes: ["language": ["fr"]])
            requests.append(filtered)
        }
        var popular = try PlantedStore.request()
        popular.count = 30
        requests.append(popular)
        var answers: [[RecommendedItem]] = []
        for request in requests { answers.append(try await service.recommend(request).items) }
        return answers
    }

    @Test("gives the answers that the store gives")
    func restored() async throws {
        let nodes = try await Nodes()
        let first = try await nodes.start()
        #expect(first.current?.isRestored == false)
        #expect(try await first.keepSnapshot() != nil)
        let second = try await nodes.start()
        #expect(second.current?.isRestored == true)
        #expect(try await Self.answers(second) == Self.answers(nodes.planted.service))
        #expect(second.generation == first.generation)
        let item = try ItemID("comedy-2")
        #expect(second.title(of: item) == "comedy film 2")
    }

    @Test("is brought up to date before it serves", arguments: [false, true])
    func catchesUp(keepsAgain: Bool) async throws {
        let nodes = try await Nodes()
        let first = try await nodes.start()
        func change(_ number: Int) async throws {
            try await nodes.planted.store.upsert([
                CatalogueItem(
                    id: try ItemID("new-\(number)"), title: "comedy film", categories: ["comedy"],
                    attributes: ["language": ["fr"], "studio": ["\(number)"]]),
                CatalogueItem(id: try ItemID("drama-\(number)"), title: "action film", categories: ["action"]),
                CatalogueItem(
                    id: try ItemID("action-\(number)"), title: "action film \(number)", categories: ["action"],
                    isAvailable: false),
            ])
            #expect(try await nodes.planted.store.delete(item: try ItemID("comedy-\(number)")))
            try await first.refresh()
        }
        try await change(1)
        _ = try await first.keepSnapshot()
        try await change(2)
        if keepsAgain { _ = try await first.keepSnapshot() }
        let second = try await nodes.start()
        #expect(second.current?.isRestored == true)
        #expect(try await Self.answers(second) == Self.answers(first))
        try await nodes.planted.store.upsert([CatalogueItem(id: try ItemID("comedy-1"), title: "comedy film back")])
        try await first.refresh()
        try await second.refresh()
        #expect(second.title(of: try ItemID("comedy-1")) == "comedy film back")
        #expect(try await Self.answers(second) == Self.answers(first))
    }

    @Test("is rebuilt, never served, when it is damaged", arguments: 0..<12)
    func damaged(seed: UInt64) async throws {
        let nodes = try await Nodes()
        _ = try await nodes.start().keepSnapshot()
        let name = try #require(try nodes.folder.names.first)
        var generator = SeededGenerator(seed: seed)
        var bytes = try nodes.folder.bytes(of: name)
        switch seed % 3 {
        case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
        case 1:
            bytes[Int.random(in: bytes.indices, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        default: bytes = (0..<bytes.count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        }
        try nodes.folder.write(bytes, to: name)
        let node = try await nodes.start()
        #expect(node.current?.isRestored == false)
        #expect(try await Self.answers(node) == Self.answers(nodes.planted.service))
        _ = try await node.keepSnapshot()
        #expect(try await nodes.start().current?.isRestored == true)
    }

    @Test("of another store is not served, though the generation is the same")
    func otherStore() async throws {
        let nodes = try await Nodes()
        _ = try await nodes.start().keepSnapshot()
        let other = try await PlantedStore()
        #expect(other.service.generation?.fingerprint == nodes.planted.service.generation?.fingerprint)
        #expect(try await nodes.start(on: other.store).current?.isRestored == false)
    }

    @Test("says what was measured since it was written")
    func frontier() async throws {
        let nodes = try await Nodes()
        let first = try await nodes.start()
        _ = try await first.keepSnapshot()
        let generation = try #require(first.generation).number
        let empty = Frontier(costModel: 1, host: "", queries: 1, rows: 1, curves: [])
        try await nodes.planted.store.store(empty, generation: generation)
        let second = try await nodes.start()
        #expect(second.current?.isRestored == true)
        let request = try PlantedStore.request(user: "drama-user-0")
        #expect(try await first.recommend(request).estimatedRecall != nil)
        #expect(try await second.recommend(request).estimatedRecall == nil)
    }
}

@Suite("The schedule of a snapshot's writing")
struct SnapshotScheduleTests {
    @Test("writes a new generation at once, and changes at an interval")
    func schedule() {
        let (one, two) = (GenerationNumber(1), GenerationNumber(2))
        #expect(
            Self.decisions([
                (one, 0, false, 0), (one, 0, false, 100), (one, 3, false, 101), (one, 4, false, 160),
                (one, 4, false, 161), (two, 4, false, 162),
            ]) == [true, false, true, false, true, true])
    }

    @Test("does not write what was just read")
    func restored() {
        let one = GenerationNumber(1)
        let moments = [0, 59, 60, 200]
        #expect(Self.decisions(moments.map { (one, 0, true, $0) }) == [false, false, false, false])
        #expect(Self.decisions(moments.map { (one, 5, true, $0) }) == [false, false, true, false])
    }

    /// Whether each of some snapshots is written, with an interval of a minute.
    static func decisions(
        _ snapshots: [(generation: GenerationNumber, changes: Int, isRestored: Bool, second: Int)]
    ) -> [Bool] {
        var schedule = SnapshotSchedule(interval: .seconds(60))
        return snapshots.map { snapshot in
            schedule.isDue(
                snapshot.generation, changes: snapshot.changes, isRestored: snapshot.isRestored,
                at: .seconds(snapshot.second))
        }
    }
}
