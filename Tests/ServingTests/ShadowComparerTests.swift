import Domain
import Serving
import TestSupport
import Testing

@Suite("A comparison in the shadow", .timeLimit(.minutes(10)))
struct ShadowComparerTests {
    /// Sends every request until a generation has answered as many as are asked for.
    private static func compare(
        _ node: RecommendationService, with shadow: GenerationNumber, until wanted: Int
    ) async throws -> [RecommendationResponse] {
        var answers: [RecommendationResponse] = []
        let requests = try TwinStore.requests()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await ShadowComparer(service: node).run() }
            while (node.shadowCounters[shadow]?.compared ?? 0) < wanted {
                answers.append(try await node.recommend(requests[answers.count % requests.count]))
                await Task.yield()
            }
            group.cancelAll()
        }
        return answers
    }

    @Test("finds a model like itself, and another unlike", arguments: [(1, 0.999...1.0), (2, 0.05...0.8)])
    func overlap(seed: UInt64, range: ClosedRange<Double>) async throws {
        let twins = try await TwinStore(seeds: [1, seed])
        let shadow = twins.generations[1]
        try await twins.store.move(shadow, to: .shadow)
        let node = try await twins.node(shadowShare: 1)
        try await TwinStore.settle(node)
        #expect(node.heldGenerations.map(\.number) == twins.generations)
        let answers = try await Self.compare(node, with: shadow, until: 30)
        #expect(answers.allSatisfy { $0.generation == twins.generations[0] })
        let counters = try #require(node.shadowCounters[shadow])
        #expect(range.contains(counters.overlap / Double(counters.compared)) && counters.failed == 0)
    }

    @Test("takes its share of the requests, none that bring a vector, and leaves out what comes too thick")
    func share() async throws {
        let twins = try await TwinStore()
        try await twins.store.move(twins.generations[1], to: .shadow)
        let node = try await twins.node(shadowShare: 0.25)
        try await TwinStore.settle(node)
        var request = RecommendationRequest()
        request.embedding = [1, 0, 0, 0, 0, 0, 0, 0]
        for _ in 0..<1_000 { _ = try await node.recommend(request) }
        #expect(node.skippedShadowCount == 0)
        // Nobody compares: 64 wait, and the rest of a quarter of these are left out.
        request = try TwinStore.requests()[0]
        for _ in 0..<400 { _ = try await node.recommend(request) }
        #expect(node.skippedShadowCount == 100 - 64)
    }
}
