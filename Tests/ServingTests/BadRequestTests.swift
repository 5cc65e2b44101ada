import Domain
import Planning
import Serving
import TestSupport
import Testing
import VectorKernels

@Suite("A request that makes no sense")
struct BadRequestTests {
    /// Changes that each spoil a request, with what is blamed and part of what is said.
    static let faults: [(spoil: @Sendable (inout RecommendationRequest) -> Void, pointer: String, says: String)] = [
        ({ $0.embedding = [1, 2] }, "/embedding", "The embedding has 2 elements. Send 32, as this model has."),
        ({ $0.embedding = [] }, "/embedding", "zero or not finite"),
        ({ $0.embedding = [Float](repeating: 1, count: 33) }, "/embedding", "has 33 elements. Send 32"),
        ({ $0.embedding = [Float](repeating: 0, count: 32) }, "/embedding", "Send finite numbers, not all zero."),
        ({ $0.embedding = [Float](repeating: .nan, count: 32) }, "/embedding", "not finite"),
        ({ $0.embedding = [Float](repeating: .infinity, count: 32) }, "/embedding", "not finite"),
        ({ $0.embedding = [Float](repeating: 1e30, count: 32) }, "/embedding", "too large to square"),
        ({ $0.embedding = [Float](repeating: 1e-30, count: 32) }, "/embedding", "is zero and has no direction"),
        (
            { $0.filter = ItemFilter(attributes: ["colour": ["red"]]) }, "/filter/attributes",
            "No item has an attribute \"colour\". Filter by one of language."
        ),
        ({ $0.count = 0 }, "/n", "0 items were asked for. Ask for 1 to 1000."),
        ({ $0.count = 1_001 }, "/n", "Ask for 1 to 1000."),
        ({ $0.maxLatency = .zero }, "/budget/max_latency_ms", "Allow at least 1 ms."),
    ]

    @Test("is refused by what is wrong and what to do, before anything is spent", arguments: faults.indices)
    func refused(fault: Int) async throws {
        let (spoil, pointer, says) = Self.faults[fault]
        let planted = try await PlantedStore()
        var request = try PlantedStore.request(tier: "economy")
        request.embedding = [Float](repeating: 0.1, count: 32)
        #expect(try await planted.service.recommend(request).items.count == 3)
        spoil(&request)
        let error = await #expect(throws: RequestError.self) { try await planted.service.recommend(request) }
        guard case .invalid(pointer, let detail) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains(says), "\(detail)")
    }

    @Test("is refused for an embedding that is zero where the plan looks, and answered by a plan that looks further")
    func zeroPrefix() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request(tier: "economy")
        request.embedding = (0..<32).map { $0 == 31 ? 1 : 0 }
        #expect(try await planted.service.recommend(request).plan == "s32")
        let model = planted.service.planner.model
        let row = model.maskedRow + model.filteredRow + model.scan(dimensions: 16)
        // 16 candidates are kept beside the 3 wanted.
        request.maxCost = model.request + 30 * row + 19 * model.keptRow
        await #expect(throws: RequestError.invalid(pointer: "/embedding", detail: "\(VectorError.zeroNorm)")) {
            try await planted.service.recommend(request)
        }
    }

    @Test("is refused when it wants more items than there are, unless it is the usual number")
    func tooMany() async throws {
        let planted = try await PlantedStore()
        var request = try PlantedStore.request()
        request.count = 31
        await #expect(throws: RequestError.tooManyItems(31, there: 30)) {
            try await planted.service.recommend(request)
        }
        #expect(RequestError.tooManyItems(31, there: 30).description.contains("Ask for 30 at most."))
        request.count = 30
        #expect(try await planted.service.recommend(request).items.count == 30)
        for group in PlantedStore.groups {
            for item in 0..<8 { _ = try await planted.service.delete(item: ItemID("\(group)-\(item)")) }
        }
        try await planted.service.refresh()
        request.count = RecommendationRequest.usualCount
        let response = try await planted.service.recommend(request)
        #expect(response.items.count == 6 && response.degradation.contains(.notEnoughItems))
        request.count = 11
        #expect(RequestError.tooManyItems(11, there: 6).description.contains("Ask for 10 at most."))
        await #expect(throws: RequestError.tooManyItems(11, there: 6)) {
            try await planted.service.recommend(request)
        }
    }
}
