import Domain
import Experiments
import Serving
import TestSupport
import Testing
import Towers
import VectorKernels

/// A store with generations of made-up towers over one catalogue.
///
/// Their embeddings have one length and nothing else in common:
/// where a user of one met items of another, the answer would be none of either.
struct TwinStore {
    static let items = 60
    static let users = 12
    let store = MemoryStore()
    let models: [TwoTowerModel]
    /// As many as models; the first is active, the others are verified.
    let generations: [GenerationNumber]

    init(seeds: [UInt64] = [1, 2]) async throws {
        let ids = try (0..<Self.items).map { try ItemID("i\($0)") }
        try await store.upsert(ids.map { CatalogueItem(id: $0, categories: ["c\($0.text.count)"]) })
        for user in 0..<Self.users {
            _ = try await store.append(
                try (0..<4).map {
                    Interaction(user: try UserID("u\(user)"), item: ids[(user * 5 + $0 * 7) % ids.count])
                })
        }
        var (models, generations): ([TwoTowerModel], [GenerationNumber]) = ([], [])
        for (place, seed) in seeds.enumerated() {
            let model = try #require(try Self.model(of: ids, seed: seed))
            models.append(model)
            generations.append(try await Self.publish(model, fingerprint: [UInt8(place)], in: store))
        }
        for generation in generations { try await store.move(generation, to: .verified) }
        try await store.activate(generations[0])
        (self.models, self.generations) = (models, generations)
    }

    /// A node over the store that has loaded what it cannot do without.
    func node(
        tiers: TiersInForce = .shipped, vectors: ItemVectors = .memory, keepGenerations: Int = 1,
        shadowShare: Double = 0,
        snapshots: SnapshotFolder? = nil
    ) async throws -> RecommendationService {
        let service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store),
            tiers: tiers, vectors: vectors, mergePolicy: nil, snapshots: snapshots, keepGenerations: keepGenerations,
            shadowShare: shadowShare)
        try await service.refresh()
        return service
    }

    /// Does what a node does beside its requests until nothing is left to do.
    static func settle(_ node: RecommendationService) async throws {
        try await node.follow()
        while let load = node.nextLoad() {
            try await load()
            try await node.follow()
        }
    }

    /// One request of each kind: by a stored embedding, by the tower, by a session, by an item, and by nothing.
    static func requests() throws -> [RecommendationRequest] {
        var requests: [RecommendationRequest] = []
        for tier in ["economy", "premium"] {
            for user in 0..<3 {
                var personal = RecommendationRequest()
                (personal.userID, personal.tier) = (try UserID("u\(user)"), tier)
                requests.append(personal)
            }
            var session = RecommendationRequest()
            (session.sessionItemIDs, session.tier) = ([try ItemID("i3"), try ItemID("i30")], tier)
            var similar = RecommendationRequest()
            (similar.itemID, similar.tier) = (try ItemID("i9"), tier)
            requests += [session, similar]
        }
        return requests
    }

    private static func publish(
        _ model: TwoTowerModel, fingerprint: [UInt8], in store: MemoryStore
    ) async throws -> GenerationNumber {
        var items = HalfEmbeddings(dimensions: 8)
        for row in 0..<Self.items {
            let id = try ItemID("i\(row)")
            items.numbers.append(try store.itemNumber(of: id).rawValue)
            let features = model.features(of: ItemContent(CatalogueItem(id: id, categories: ["c\(id.text.count)"])))
            items.bits += HalfPrecision.bits(of: model.itemEmbedding(features).span)
        }
        // Of the first users the store has vectors; the others are embedded by the tower.
        let user = try #require(
            try await store.state(of: try UserID("u0"), generation: GenerationNumber(99), seenLimit: 4))
        let history = try user.seen.map { number in
            model.features(of: ItemContent(CatalogueItem(id: try ItemID("i\(number.rawValue - 1)"))))
        }
        let embedding = try #require(model.userEmbedding(history: history, user: try UserID("u0")))
        return try await store.publish(
            GenerationDraft(
                fingerprint: fingerprint, ladder: model.ladder, normRule: .cosineAtEachRung, cutoff: 20, rungs: [],
                settings: "{}", artefact: model.encoded(), items: items,
                users: HalfEmbeddings(dimensions: 8, numbers: [1], bits: HalfPrecision.bits(of: embedding.span)),
                userEvents: [4])
        ).number
    }

    private static func model(of ids: [ItemID], seed: UInt64) throws -> TwoTowerModel? {
        var generator = SeededGenerator(seed: seed)
        func rows(_ count: Int) -> [Float] {
            (0..<count * 8).map { _ in Float.random(in: -1...1, using: &generator) }
        }
        guard let vocabulary = FeatureVocabulary(items: ids, categories: ["c2", "c3"], wordBuckets: 16) else {
            return nil
        }
        return TwoTowerModel(
            ladder: try PrefixLadder([4, 8]), historyLength: 10, vocabulary: vocabulary,
            encoder: ItemEncoder(dimensions: 8, items: rows(ids.count), categories: rows(2), words: rows(16)),
            historyWeights: ids.map { _ in 1 }, reader: nil, users: [:], userRows: [], unknownItem: rows(1))
    }
}
