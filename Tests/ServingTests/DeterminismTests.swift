import Domain
import Planning
import Retrieval
import Serving
import TestSupport
import Testing

@Suite("An answer", .timeLimit(.minutes(10)))
struct DeterminismTests {
    /// All that an answer says but its id and its times, or that it is refused.
    private static func text(_ request: RecommendationRequest, _ service: RecommendationService) async throws -> String
    {
        do {
            let answer = try await service.recommend(request)
            let stages = answer.cost.stages.map { "\($0.name) \($0.dimensions) \($0.rows) \($0.cost.microunits)" }
            let cost = answer.cost
            return """
                \(answer.generation) \(answer.tier) \(answer.scene) \(answer.items) \(answer.plan) \(answer.degradation)
                \(String(describing: answer.estimatedRecall)) \(cost.modelRevision) \(cost.budget.microunits)
                \(cost.planned.microunits) \(cost.spent.microunits) \(stages) \(String(describing: answer.explanation))
                """
        } catch let error as RequestError {
            return error.description
        }
    }

    /// The answers to requests, so many of which are under way at once.
    private static func texts(
        _ requests: [RecommendationRequest], _ service: RecommendationService, atOnce: Int
    ) async throws -> [String] {
        try await withThrowingTaskGroup(of: [(Int, String)].self) { group in
            for task in 0..<atOnce {
                group.addTask {
                    var found: [(Int, String)] = []
                    for place in stride(from: task, to: requests.count, by: atOnce) {
                        found.append((place, try await text(requests[place], service)))
                    }
                    return found
                }
            }
            var texts = [String](repeating: "", count: requests.count)
            for try await part in group {
                for (place, text) in part { texts[place] = text }
            }
            return texts
        }
    }

    @Test("to each of 1,000 requests is the same, to the unit, on another node, in other passes, among others or alone")
    func large() async throws {
        let one = try await LargeCatalogue(scanLimits: ScanLimits(slots: 1, passSize: 16), isMeasured: true)
        let other = try await LargeCatalogue(scanLimits: ScanLimits(slots: 3, passSize: 5), isMeasured: true)
        let trial = try await BudgetTrial(one.service, users: [], categories: ["far", "c1", "c2", "c3"])
        var generator = SeededGenerator(seed: 9)
        var requests = try trial.requests(1_000, using: &generator)
        for place in requests.indices {
            requests[place].explains = place % 7 == 0
            // Vectors whose lists are near, besides those that are anywhere.
            if place % 2 == 0, requests[place].embedding != nil {
                requests[place].embedding = one.vectors.queries.row(place % 60)
            }
        }
        let alone = try await Self.texts(requests, one.service, atOnce: 1)
        #expect(Set(alone).count > 500)
        #expect(try await Self.texts(requests, one.service, atOnce: 24) == alone)
        #expect(try await Self.texts(requests.reversed(), other.service, atOnce: 7).reversed() == alone)
        #expect(one.service.scanCounters.largestPass > 1)
    }

    @Test("to a user is the same on another node")
    func users() async throws {
        let planted = try await PlantedStore()
        let other = planted.service(vectors: .memory)
        try await other.refresh()
        let users = try (0..<20).map { try UserID("drama-user-\($0)") }
        let trial = try await BudgetTrial(planted.service, users: users, categories: PlantedStore.groups)
        var generator = SeededGenerator(seed: 10)
        let requests = try trial.requests(1_000, using: &generator)
        let alone = try await Self.texts(requests, planted.service, atOnce: 1)
        #expect(try await Self.texts(requests, other, atOnce: 16) == alone)
    }
}
