public import Domain
public import Experiments
public import Planning

/// The product behind its doors: recommends, and takes in events and items.
///
/// Holds one immutable snapshot of the active generation; a request keeps the one it began with.
public final class RecommendationService: Sendable {
    /// Where the truth is kept.
    public struct Ports: Sendable {
        public let events: any EventStore
        public let catalogue: any CatalogueStore
        public let users: any UserStateStore
        public let generations: any GenerationStore
        public let feed: any ItemChangeFeed

        public init(
            events: any EventStore, catalogue: any CatalogueStore, users: any UserStateStore,
            generations: any GenerationStore, feed: any ItemChangeFeed
        ) {
            self.events = events
            self.catalogue = catalogue
            self.users = users
            self.generations = generations
            self.feed = feed
        }
    }

    package let ports: Ports
    public let tiers: TierCatalogue
    public let planner: Planner

    /// Creates a service that is not ready until its snapshot is loaded.
    public init(ports: Ports, tiers: TierCatalogue = .shipped, planner: Planner = Planner()) {
        self.ports = ports
        self.tiers = tiers
        self.planner = planner
    }

    /// Answers one request.
    ///
    /// - Throws: ``RequestError``; whatever else is thrown is a fault of ours.
    public func recommend(_ request: RecommendationRequest) async throws -> RecommendationResponse {
        try request.validate()
        throw RequestError.noGeneration
    }

    /// Stores events; returns when they are durable.
    ///
    /// - Returns: How many were new.
    public func record(_ interactions: [Interaction]) async throws -> Int {
        try await ports.events.append(interactions)
    }

    /// Creates or replaces items; returns when they are durable, and requests see them soon after.
    public func upsert(_ items: [CatalogueItem]) async throws {
        try await ports.catalogue.upsert(items)
    }

    /// Takes an item out of the catalogue.
    public func delete(item: ItemID) async throws -> Bool {
        try await ports.catalogue.delete(item: item)
    }

    /// Creates or replaces users; returns when they are durable.
    public func upsert(_ users: [CatalogueUser]) async throws {
        try await ports.catalogue.upsert(users)
    }

    /// Forgets a user.
    public func delete(user: UserID) async throws -> Bool {
        try await ports.catalogue.delete(user: user)
    }

    /// All generations, newest first.
    public func generations() async throws -> [Generation] {
        try await ports.generations.generations()
    }

    /// Whether requests can be answered now; `nil` is ready, otherwise a sentence that says what is missing.
    public func whyNotReady() -> String? {
        RequestError.noGeneration.description
    }
}
