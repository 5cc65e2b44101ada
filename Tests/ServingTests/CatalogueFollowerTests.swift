import Domain
import Logging
import OfflineJobs
import Retrieval
import Serving
import Synchronization
import TestSupport
import Testing

@Suite("A catalogue follower")
struct CatalogueFollowerTests {
    /// Runs a follower until `body` returns.
    static func following(
        _ planted: PlantedStore, bell: (any ChangeBell)?, interval: Duration, _ body: () async throws -> Void
    ) async throws {
        let follower = CatalogueFollower(
            service: planted.service, bell: bell, interval: interval, pause: .zero, logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await follower.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Returns when the service knows the item by that title.
    static func wait(for title: String?, of item: ItemID, in service: RecommendationService) async {
        while service.title(of: item) != title { await Task.yield() }
    }

    @Test("hears of changes by the bell, long before it would ask")
    func bell() async throws {
        let planted = try await PlantedStore()
        try await Self.following(planted, bell: planted.store, interval: .seconds(100_000)) {
            for round in 0..<5 {
                let item = CatalogueItem(id: try ItemID("bell"), title: "comedy \(round)", categories: ["comedy"])
                try await planted.service.upsert([item])
                await Self.wait(for: item.title, of: item.id, in: planted.service)
            }
            let item = try ItemID("bell")
            #expect(try await planted.service.delete(item: item))
            await Self.wait(for: nil, of: item, in: planted.service)
        }
    }

    @Test("finds changes without a bell")
    func noBell() async throws {
        let planted = try await PlantedStore()
        try await Self.following(planted, bell: nil, interval: .milliseconds(1)) {
            let item = CatalogueItem(id: try ItemID("asked"), title: "comedy", categories: ["comedy"])
            try await planted.service.upsert([item])
            await Self.wait(for: item.title, of: item.id, in: planted.service)
        }
    }

    @Test("serves a merged index, with what changed while it was made")
    func merge() async throws {
        let merges = MergeCounter()
        let planted = try await PlantedStore(
            mergePolicy: MergePolicy(
                isDue: { _ in merges.begun < 3 },
                merge: { index, shouldStop in
                    merges.begin()
                    // Until the test has changed something that this merge has not seen.
                    while merges.allowed < merges.begun, !shouldStop() {}
                    return index
                }))
        try await Self.following(planted, bell: planted.store, interval: .milliseconds(1)) {
            for round in 1...3 {
                while merges.begun < round { await Task.yield() }
                let (new, gone) = (try ItemID("new-\(round)"), try ItemID("comedy-\(round)"))
                try await planted.service.upsert([CatalogueItem(id: new, title: "comedy", categories: ["comedy"])])
                #expect(try await planted.service.delete(item: gone))
                await Self.wait(for: "comedy", of: new, in: planted.service)
                await Self.wait(for: nil, of: gone, in: planted.service)
                merges.allow()
            }
        }
        try await planted.service.refresh()
        var request = try PlantedStore.request()
        request.itemID = try ItemID("comedy-0")
        request.count = 9
        request.tier = "premium"
        let items = Set(try await planted.service.recommend(request).items.map(\.itemID.text))
        #expect(items.isSuperset(of: ["new-1", "new-2", "new-3"]))
        #expect(items.isDisjoint(with: ["comedy-1", "comedy-2", "comedy-3"]))
    }

    final class MergeCounter: Sendable {
        private let counts = Mutex((begun: 0, allowed: 0))

        var begun: Int { counts.withLock { $0.begun } }
        var allowed: Int { counts.withLock { $0.allowed } }
        func begin() { counts.withLock { $0.begun += 1 } }
        func allow() { counts.withLock { $0.allowed += 1 } }
    }
}
