import Domain
import Hummingbird
import Observability
import Serving

extension API {
    var recommendationRoutes: [Route] {
        [
            Route(
                .post, "/v1/recommendations",
                Operation(
                    id: "recommend", summary: "Items for a user, for a session, like an item, or near an embedding.",
                    tag: "recommendations", body: "RecommendationRequest", status: 200,
                    answer: .json("RecommendationResponse"), problems: [404, 413, 415, 422, 503])
            ) { call in
                try call.refuseQuery()
                return try await answer(try await call.body(RecommendationRequest.field))
            },
            Route(
                .get, "/v1/users/{id}/recommendations",
                Operation(
                    id: "recommendForUser", summary: "Items for a user.", tag: "recommendations",
                    parameters: ["UserID", "n", "scene", "tier"], status: 200,
                    answer: .json("RecommendationResponse"), problems: [422, 503])
            ) { call in
                var request = try RecommendationRequest(query: call.query)
                request.userID = try call.id()
                return try await answer(request)
            },
            Route(
                .get, "/v1/items/{id}/similar",
                Operation(
                    id: "similarItems", summary: "Items like an item.", tag: "recommendations",
                    parameters: ["ItemID", "n", "scene", "tier"], status: 200,
                    answer: .json("RecommendationResponse"), problems: [404, 422, 503])
            ) { call in
                var request = try RecommendationRequest(query: call.query)
                request.itemID = try call.id()
                return try await answer(request)
            },
        ]
    }

    private func answer(_ request: RecommendationRequest) async throws -> Response {
        let answer = try await service.recommend(request)
        metrics.recordAnswer(
            tier: answer.tier, spent: answer.cost.spent.units, degradation: answer.degradation.map(\.rawValue))
        for stage in answer.cost.stages { metrics.recordCost(stage: stage.name, spent: stage.cost.units) }
        return .json(answer.json)
    }
}
