import Domain
import Planning
import Serving
import TestSupport
import Testing

@Suite("The price of the user tower")
struct TowerBudgetTests {
    private let model = CostModel.shipped

    /// A store one of whose users, `drama-user-3`, has chosen something since the embeddings were made.
    private static func planted() async throws -> PlantedStore {
        let planted = try await PlantedStore()
        let event = Interaction(
            user: try UserID("drama-user-3"), item: try ItemID("comedy-1"), timestamp: Timestamp(seconds: 1_000_000))
        _ = try await planted.store.append([event])
        return planted
    }

    private static func query(_ response: RecommendationResponse) -> StageReport? {
        response.cost.stages.first { $0.name == "query" }
    }

    @Test("is paid by those whose embedding is older than their events, a run and each item")
    func price() async throws {
        let planted = try await Self.planted()
        let stored = try await planted.service.recommend(
            try PlantedStore.request(user: "drama-user-4", tier: "premium"))
        #expect(Self.query(stored)?.cost == model.userFetch)
        let newer = try await planted.service.recommend(try PlantedStore.request(user: "drama-user-3", tier: "premium"))
        #expect(Self.query(newer)?.cost == model.userFetch + model.tower(historyItems: 8))
        #expect(newer.cost.spent <= newer.cost.budget, "\(newer.cost)")
        #expect(newer.degradation.isEmpty)
    }

    @Test("is not paid out of what the scan needs: the history is cut first, then the stored embedding answers")
    func reserve() async throws {
        let planted = try await Self.planted()
        var request = try PlantedStore.request(user: "drama-user-3", tier: "economy")
        let floor = try await planted.service.recommend(try PlantedStore.request(user: "drama-user-4", tier: "economy"))
            .cost.planned
        var read: Set<Int> = []
        for items in -1...8 {
            request.maxCost = floor + (items < 0 ? .zero : model.tower(historyItems: items))
            let response = try await planted.service.recommend(request)
            #expect(response.items.count == 3 && response.cost.spent <= response.cost.budget)
            #expect(response.items.allSatisfy { $0.reasons == ["two_tower"] })
            #expect(response.degradation.contains(.budgetCut) == (items < 8))
            read.insert((Self.query(response)?.rows ?? 0) - 1)
        }
        #expect(read == Set(0...8))
    }
}
