import Domain
import Foundation
import Logging
import Serving
import Synchronization
import TestSupport
import Testing

@Suite("A flip of generations", .timeLimit(.minutes(10)))
struct GenerationFlipTests {
    /// What many askers have seen.
    private final class Tally: Sendable {
        let asked = Atomic(0)
        let wrong = Atomic(0)
        let counts = Mutex<[GenerationNumber: Int]>([:])
    }

    /// What each generation answers to each request when nothing else is about.
    private static func golden(_ twins: TwinStore, _ requests: [RecommendationRequest]) async throws
        -> [GenerationNumber: [[RecommendedItem]]]
    {
        var golden: [GenerationNumber: [[RecommendedItem]]] = [:]
        for generation in twins.generations.reversed() {
            if try await twins.store.activeGeneration() != generation { try await twins.store.activate(generation) }
            let node = try await twins.node(keepGenerations: 0)
            var answers: [[RecommendedItem]] = []
            for request in requests { answers.append(try await node.recommend(request).items) }
            golden[generation] = answers
        }
        return golden
    }

    /// `LINDEN_FLIP_RESPONSES=1000000` asks for more.
    private static let responses =
        ProcessInfo.processInfo.environment["LINDEN_FLIP_RESPONSES"].flatMap(Int.init) ?? 10_000

    @Test("mixes none of many concurrent answers", arguments: ["memory", "cache"])
    func mixesNone(vectors: String) async throws {
        let twins = try await TwinStore()
        let requests = try TwinStore.requests()
        let golden = try await Self.golden(twins, requests)
        #expect(golden[twins.generations[0]] != golden[twins.generations[1]])
        let node = try await twins.node(
            vectors: vectors == "memory" ? .memory : .cache(twins.store, byteCount: 4_000))
        try await TwinStore.settle(node)
        let (tally, flips) = (Tally(), 100)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var place = task
                    while tally.asked.add(1, ordering: .relaxed).oldValue < Self.responses {
                        place += 1
                        let answer = try await node.recommend(requests[place % requests.count])
                        tally.counts.withLock { $0[answer.generation, default: 0] += 1 }
                        if answer.items != golden[answer.generation]?[place % requests.count] {
                            tally.wrong.add(1, ordering: .relaxed)
                        }
                    }
                }
            }
            for flip in 1...flips {
                while tally.asked.load(ordering: .relaxed) < flip * Self.responses / (flips + 1) { await Task.yield() }
                try await twins.store.activate(twins.generations[flip % 2])
                try await node.follow()
                #expect(node.generation?.number == twins.generations[flip % 2])
            }
            try await group.waitForAll()
        }
        #expect(tally.wrong.load(ordering: .relaxed) == 0)
        let answered = tally.counts.withLock { $0 }
        #expect(answered.values.reduce(0, +) == Self.responses)
        #expect(twins.generations.allSatisfy { answered[$0, default: 0] > Self.responses / 4 })
    }

    @Test("goes back without reading the database, to a generation that followed what came meanwhile")
    func goesBack() async throws {
        let twins = try await TwinStore()
        let (old, new) = (twins.generations[0], twins.generations[1])
        let node = try await twins.node()
        try await twins.store.activate(new)
        // The old one answers while the new one is loaded.
        try await node.follow()
        #expect(node.generation?.number == old)
        try await TwinStore.settle(node)
        #expect(node.heldGenerations.map(\.number) == [new, old])

        let item = CatalogueItem(id: try ItemID("late"), title: "late film", categories: ["c2"])
        try await twins.store.upsert([item])
        #expect(try await twins.store.delete(item: try ItemID("i9")))
        try await twins.store.upsert([CatalogueItem(id: try ItemID("i5"), title: "another", categories: ["c3"])])
        try await node.follow()
        let loads = twins.store.loadCount
        try await twins.store.activate(old)
        try await node.follow()
        #expect(twins.store.loadCount == loads && node.generation?.number == old)

        // The same as a node answers that loads the old one now.
        let fresh = try await twins.node()
        for id in ["late", "i5", "i20"] {
            var request = RecommendationRequest()
            request.itemID = try ItemID(id)
            request.count = 20
            let expected = try await fresh.recommend(request).items
            let answer = try await node.recommend(request)
            #expect(answer.items == expected && answer.generation == old)
        }
        var gone = RecommendationRequest()
        gone.itemID = try ItemID("i9")
        await #expect(throws: RequestError.unknownItem(try ItemID("i9"))) { try await node.recommend(gone) }
        for generation in twins.generations {
            let number = try twins.store.itemNumber(of: item.id).rawValue
            #expect(try #require(try twins.store.storedEmbeddings(of: generation)).numbers.contains(number))
        }
    }

    @Test("keeps as many generations as it is told to", arguments: [0, 1, 2])
    func keeps(count: Int) async throws {
        let twins = try await TwinStore(seeds: [1, 2, 3, 4])
        let node = try await twins.node(keepGenerations: count)
        for generation in twins.generations.dropFirst() {
            try await twins.store.activate(generation)
            try await TwinStore.settle(node)
        }
        try await node.follow()
        #expect(node.heldGenerations.map(\.number) == Array(twins.generations.reversed().prefix(1 + count)))
    }

    @Test("leaves a file for each generation that is held")
    func files() async throws {
        let twins = try await TwinStore(seeds: [1, 2, 3])
        let folder = try TemporaryFolder()
        let node = try await twins.node(snapshots: SnapshotFolder(path: folder.path, logger: .init(label: "test")))
        for generation in twins.generations {
            if generation != twins.generations[0] { try await twins.store.activate(generation) }
            try await TwinStore.settle(node)
            _ = try await node.keepSnapshot()
        }
        #expect(try folder.names.sorted() == ["g2.snapshot", "g3.snapshot"])
        let loads = twins.store.loadCount
        let again = try await twins.node(snapshots: SnapshotFolder(path: folder.path, logger: .init(label: "test")))
        try await TwinStore.settle(again)
        #expect(again.heldGenerations.map(\.number) == [twins.generations[2], twins.generations[1]])
        #expect(twins.store.loadCount == loads)
    }

    @Test("is written for by every node before it happens")
    func dualWrite() async throws {
        let twins = try await TwinStore()
        let (old, new) = (twins.generations[0], twins.generations[1])
        let node = try await twins.node()
        try await TwinStore.settle(node)
        #expect(node.heldGenerations.map(\.number) == [old])
        let changed = CatalogueItem(id: try ItemID("i7"), title: "another", categories: ["c3"])
        try await twins.store.upsert([CatalogueItem(id: try ItemID("late"), title: "late film"), changed])
        let before = try #require(try twins.store.storedEmbeddings(of: new))
        try await node.follow()
        let after = try #require(try twins.store.storedEmbeddings(of: new))
        #expect(after.count == before.count + 1)
        let number = try twins.store.itemNumber(of: changed.id).rawValue
        func bits(_ all: HalfEmbeddings) throws -> [UInt16] {
            Array(all.bits[all.range(of: try #require(all.numbers.firstIndex(of: number)))])
        }
        #expect(try bits(before) != bits(after))
        // A node that serves the new one now has nothing left to make.
        try await twins.store.activate(new)
        let fresh = try await twins.node()
        #expect(try twins.store.storedEmbeddings(of: new)?.bits == after.bits)
        try await TwinStore.settle(node)
        var request = RecommendationRequest()
        request.itemID = changed.id
        let (expected, answer) = (try await fresh.recommend(request), try await node.recommend(request))
        #expect(answer.items == expected.items && answer.generation == new)
    }
}
