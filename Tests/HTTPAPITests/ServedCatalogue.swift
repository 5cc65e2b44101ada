import Domain
import HTTPAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Logging
import Observability
import Serving
import TestSupport
import Testing
import Towers

/// A service over a small made catalogue in memory, behind its HTTP face.
struct ServedCatalogue {
    let store = MemoryStore()
    let registry = PrometheusRegistry()
    let service: RecommendationService

    /// Items `i0`, `i1` …, every third of category `book`; users `u0` … have events with three items each.
    ///
    /// - Parameters:
    ///   - items: How many.
    ///   - users: How many.
    ///   - isReady: Whether a generation is active.
    /// - Throws: Whatever is wrong with this fixture.
    init(items: Int = 60, users: Int = 5, isReady: Bool = true) async throws {
        service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store))
        guard isReady else { return }
        let ids = try (0..<items).map { try ItemID("i\($0)") }
        try await store.upsert(
            ids.enumerated().map { index, id in
                CatalogueItem(id: id, title: "Item \(index)", categories: index % 3 == 0 ? ["book"] : [])
            })
        let interactions = try (0..<users).flatMap { user in
            try (0..<3).map { Interaction(user: try UserID("u\(user)"), item: ids[user * 3 + $0]) }
        }
        _ = try await store.append(interactions)
        let model = try #require(try Self.model(of: ids))
        let generation = try await store.publish(
            GenerationDraft(
                fingerprint: [1, 2, 3], ladder: model.ladder, normRule: .cosineAtEachRung, cutoff: 20,
                rungs: [RungQuality(dimensions: 8, recall: 0.5, ndcg: 0.25)], settings: "{}",
                artefact: model.encoded(), items: HalfEmbeddings(dimensions: 8),
                users: HalfEmbeddings(dimensions: 8), userEvents: []))
        try await store.checkAndActivate(generation.number)
        try await service.refresh()
    }

    /// The HTTP face.
    var application: HTTPApplication { Self.application(service, registry) }

    /// The HTTP face of the same catalogue with another store of events.
    func application(
        events: some EventStore, configuration: HTTPConfiguration = HTTPConfiguration(),
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> HTTPApplication {
        let ports = RecommendationService.Ports(
            events: events, catalogue: store, users: store, generations: store, feed: store, tiers: store,
            experiments: store)
        return Self.application(RecommendationService(ports: ports), registry, configuration, onListening)
    }

    private static func application(
        _ service: RecommendationService, _ registry: PrometheusRegistry,
        _ configuration: HTTPConfiguration = HTTPConfiguration(),
        _ onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> HTTPApplication {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return HTTPApplication(
            service: service, configuration: configuration, registry: registry, logger: logger,
            now: { Timestamp(seconds: 1_700_000_000) }, onListening: onListening)
    }

    private static func model(of ids: [ItemID]) throws -> TwoTowerModel? {
        var generator = SeededGenerator(seed: 7)
        let rows = (0..<ids.count * 8).map { _ in Float.random(in: -1...1, using: &generator) }
        guard let vocabulary = FeatureVocabulary(items: ids, categories: [], wordBuckets: 0) else { return nil }
        return TwoTowerModel(
            ladder: try PrefixLadder([4, 8]), historyLength: 10, vocabulary: vocabulary,
            encoder: ItemEncoder(dimensions: 8, items: rows, categories: [], words: []),
            historyWeights: ids.map { _ in 1 }, reader: nil, users: [:], userRows: [],
            unknownItem: [1, 0, 0, 0, 0, 0, 0, 0])
    }
}

extension TestClientProtocol {
    /// Sends JSON text.
    func send(
        _ method: HTTPRequest.Method, _ uri: String, _ body: String, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await executeRequest(uri: uri, method: method, headers: headers, body: ByteBuffer(string: body))
    }

    /// Asks without a body.
    func get(_ uri: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await executeRequest(uri: uri, method: method, headers: headers, body: nil)
    }
}

extension TestResponse {
    /// The body as JSON.
    var json: JSONValue { get throws { try JSONValue(parsing: Array(String(buffer: body).utf8)) } }

    /// Pointers of a problem's errors.
    var pointers: [String] {
        get throws { try json["errors"]?.elements?.compactMap { $0["pointer"]?.text } ?? [] }
    }

    /// Last part of a problem's type.
    var problem: String? {
        get throws { try json["type"]?.text.map { String($0.dropFirst("urn:linden:problem:".count)) } }
    }
}
