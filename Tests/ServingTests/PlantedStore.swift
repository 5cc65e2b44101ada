import Domain
import OfflineJobs
import Planning
import Serving
import TestSupport
import Training

/// A store whose answer is known: three groups of users, each fond of its own ten films, trained and published.
struct PlantedStore {
    static let groups = ["action", "drama", "comedy"]
    let store = MemoryStore()
    let service: RecommendationService

    init(now: (@Sendable () -> Duration)? = nil, mergePolicy: MergePolicy? = nil) async throws {
        for (group, name) in Self.groups.enumerated() {
            try await store.upsert(
                (0..<10).map { item in
                    CatalogueItem(
                        id: try ItemID("\(name)-\(item)"), title: "\(name) film \(item)", categories: [name],
                        attributes: ["language": [item % 2 == 0 ? "en" : "fr"]])
                })
            for user in 0..<20 {
                // Each user leaves out three of the group's films: those are to be recommended.
                let events = try (0..<10).filter { ($0 + user) % 10 > 2 }.map { item in
                    Interaction(
                        user: try UserID("\(name)-user-\(user)"), item: try ItemID("\(name)-\(item)"),
                        timestamp: Timestamp(seconds: Int64(1_000 * group + 10 * item)))
                }
                _ = try await store.append(events)
            }
        }
        var configuration = TrainingConfiguration()
        configuration.ladder = try PrefixLadder([8, 16, 32])
        configuration.epochs = 15
        configuration.readerWidth = 16
        configuration.validationShare = 0.2
        let job = TrainJob(store: store, configuration: configuration)
        _ = try await job.run(stop: Self.never) { _ in }
        service = Self.service(over: store, mergePolicy: mergePolicy, now: now)
        try await service.refresh()
    }

    /// Another service over the same store; it has loaded nothing yet.
    func service(vectors: ItemVectors) -> RecommendationService {
        Self.service(over: store, vectors: vectors, mergePolicy: nil, now: nil)
    }

    /// Another service over the same store, that shares out a capacity.
    func service(capacity: Capacity, now: @escaping @Sendable () -> Duration) async throws -> RecommendationService {
        let service = Self.service(over: store, mergePolicy: nil, capacity: capacity, now: now)
        try await service.refresh()
        return service
    }

    private static func service(
        over store: MemoryStore, vectors: ItemVectors = .memory, mergePolicy: MergePolicy?, capacity: Capacity? = nil,
        now: (@Sendable () -> Duration)?
    ) -> RecommendationService {
        RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store),
            vectors: vectors, mergePolicy: mergePolicy, capacity: capacity, now: now)
    }

    /// Waits until it is cancelled.
    @Sendable static func never() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        for await _ in stream {}
        continuation.finish()
    }

    static func request(user: String? = nil, tier: String? = nil) throws -> RecommendationRequest {
        var request = RecommendationRequest()
        request.userID = try user.map { try UserID($0) }
        request.tier = tier
        request.count = 3
        return request
    }
}
