import Domain
import Serving
import Synchronization
import TestSupport
import Testing

@Suite("A degraded answer")
struct DegradationTests {
    @Test("to a stranger without a session is popular items, and says so")
    func stranger() async throws {
        let planted = try await PlantedStore()
        for _ in 0..<30 {
            let fan = try UserID("fan-\(Int.random(in: 0..<1_000_000))")
            _ = try await planted.store.append([Interaction(user: fan, item: try ItemID("drama-7"))])
        }
        let response = try await planted.service.recommend(try PlantedStore.request(user: "nobody"))
        #expect(response.degradation == [.unknownUser])
        #expect(response.items.count == 3)
        #expect(response.items.allSatisfy { $0.reasons == ["popular"] })
        #expect(response.plan == "popular")
        #expect(response.estimatedRecall == nil)
    }

    @Test("is not needed for a stranger with a session")
    func session() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request(user: "nobody")
        request.sessionItemIDs = try ["comedy-1", "comedy-2"].map { try ItemID($0) }
        let response = try await planted.service.recommend(request)
        #expect(response.degradation.isEmpty)
        #expect(response.items.allSatisfy { $0.itemID.text.hasPrefix("comedy-") })
        #expect(!response.items.contains { request.sessionItemIDs.contains($0.itemID) })
    }

    @Test("keeps coming while the store is away")
    func storeAway() async throws {
        let planted = try await PlantedStore()
        planted.store.setAway(true)
        var request = try PlantedStore.request(user: "drama-user-3")
        let popular = try await planted.service.recommend(request)
        #expect(popular.items.count == 3)
        #expect(popular.degradation == [.storeAway])

        request.sessionItemIDs = [try ItemID("drama-4")]
        let session = try await planted.service.recommend(request)
        #expect(session.items.allSatisfy { $0.itemID.text.hasPrefix("drama-") })
        #expect(session.degradation == [.storeAway])

        let event = Interaction(user: try UserID("u"), item: try ItemID("drama-4"))
        await #expect(throws: RequestError.storeAway) { try await planted.service.record([event]) }
    }

    @Test("names the deadline that cut it, and is in prefix order")
    func deadline() async throws {
        // Each look at the clock takes a second.
        let time = Mutex(0)
        let planted = try await PlantedStore(now: {
            time.withLock {
                $0 += 1
                return .seconds($0)
            }
        })
        var request = try PlantedStore.request(user: "drama-user-3", tier: "premium")
        request.maxLatency = .seconds(5)
        let response = try await planted.service.recommend(request)
        #expect(response.degradation.contains(.deadlineCut))
        #expect(response.estimatedRecall == nil)
        #expect(!response.cost.stages.contains { $0.name == "rerank" })
    }
}
