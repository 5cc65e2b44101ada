import Domain
import OfflineJobs
import Planning
import Serving
import TestSupport
import Testing
import Towers

/// 24,000 items in clusters, enough for lists, and queries near them.
struct LargeCatalogue {
    let service: RecommendationService
    let vectors: ClusteredVectors
    static let dimensions = 64

    init(
        items: Int = 24_000, scanLimits: ScanLimits = .perCore, isMeasured: Bool = false, capacity: Capacity? = nil,
        now: (@Sendable () -> Duration)? = nil
    ) async throws {
        let store = MemoryStore()
        let vectors = ClusteredVectors(items: items, queries: 60, dimensions: Self.dimensions, seed: 5)
        let first = vectors.queries.row(0)
        let nearness = (0..<items).map { row in
            zip(vectors.items.row(row), first).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        }
        let middle = nearness.sorted()[items / 3]
        try await store.upsert(
            (0..<items).map { row in
                CatalogueItem(
                    id: try ItemID("i\(row)"), title: "",
                    categories: ["c\(row % 480)"] + (nearness[row] < middle ? ["far"] : []),
                    attributes: ["language": [row % 3 == 0 ? "en" : "fr"]])
            })
        let embeddings = HalfEmbeddings(
            dimensions: Self.dimensions, numbers: (1...items).map { Int64($0) },
            bits: vectors.items.elements.map { Float16($0).bitPattern })
        let vocabulary = try #require(FeatureVocabulary(items: [], categories: [], wordBuckets: 0))
        let model = TwoTowerModel(
            ladder: try PrefixLadder([16, 32, 64]), historyLength: 10, vocabulary: vocabulary,
            encoder: ItemEncoder(dimensions: Self.dimensions, items: [], categories: [], words: []),
            historyWeights: [], reader: nil, users: [:], userRows: [],
            unknownItem: [Float](repeating: 0.1, count: Self.dimensions))
        let generation = try await store.publish(
            GenerationDraft(
                fingerprint: [1], ladder: model.ladder, normRule: .cosineAtEachRung, cutoff: 20, rungs: [],
                settings: "{}", artefact: model.encoded(), items: embeddings,
                users: HalfEmbeddings(dimensions: Self.dimensions), userEvents: []))
        if isMeasured {
            let queries = HalfEmbeddings(
                dimensions: Self.dimensions, numbers: (1...60).map { Int64($0) },
                bits: vectors.queries.elements.map { Float16($0).bitPattern })
            let frontier = try FrontierMeasurement(model: .shipped, threads: 2, host: "")
                .frontier(
                    ladder: model.ladder, items: embeddings, users: queries,
                    seen: (0..<60).map { _ in [] })
            try await store.store(try #require(frontier), generation: generation.number)
        }
        try await store.checkAndActivate(generation.number)
        self.vectors = vectors
        service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store),
            scanLimits: scanLimits, capacity: capacity, now: now)
        try await service.refresh()
    }

    func request(_ query: Int, tier: String? = nil) -> RecommendationRequest {
        var request = RecommendationRequest()
        request.embedding = vectors.queries.row(query)
        request.tier = tier
        return request
    }
}

@Suite("A catalogue large enough for lists")
struct LargeCatalogueTests {
    @Test("is probed under the cheap tiers, for what was planned at most, and little is missed")
    func probed() async throws {
        let large = try await LargeCatalogue()
        var found = 0
        for query in 0..<60 {
            let exact = try await large.service.exactItems(for: large.request(query))
            let standard = try await large.service.recommend(large.request(query, tier: "standard"))
            #expect(standard.plan == "p64-s64-k200-r64")
            #expect(standard.cost.spent <= standard.cost.planned && standard.degradation == [.uncalibrated])
            #expect(standard.cost.stages.map(\.name) == ["request", "filter", "lists", "scan", "rerank"])
            found += standard.items.count { exact.contains($0.itemID) }
            let premium = try await large.service.recommend(large.request(query, tier: "premium"))
            #expect(premium.plan == "s64-k1000-r64" && premium.items.map(\.itemID) == exact)
            let economy = try await large.service.recommend(large.request(query, tier: "economy"))
            #expect(economy.plan == "p32-s64" && economy.items.count == 10)
            #expect(economy.cost.spent < standard.cost.spent && standard.cost.spent < premium.cost.spent)
            #expect(economy.cost.spent <= economy.cost.planned)
        }
        #expect(found >= 570, "recall@10 \(Double(found) / 600)")
    }

    @Test("gives as many items as there are, however few or far those are that a filter leaves")
    func filtered() async throws {
        let large = try await LargeCatalogue()
        let filters = [
            ItemFilter(categories: ["c7"]), ItemFilter(categories: ["far"]),
            ItemFilter(categories: ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"]),
            ItemFilter(categories: ["c7"], attributes: ["language": ["en"]]),
            ItemFilter(categories: ["far"], attributes: ["language": ["en"]]),
        ]
        for filter in filters {
            for count in [1, 10, 100, 1_000] {
                for tier in ["economy", "standard"] {
                    var request = large.request(0, tier: tier)
                    request.filter = filter
                    request.count = count
                    let exact = try await large.service.exactItems(for: request)
                    let response = try await large.service.recommend(request)
                    #expect(response.cost.spent <= response.cost.planned)
                    if !response.degradation.contains(.budgetCut) { #expect(response.items.count == exact.count) }
                    if exact.count < count { #expect(Set(response.items.map(\.itemID)) == Set(exact)) }
                }
            }
        }
    }

    @Test("answers 16 requests at once as one by one, for the same units, and some share a pass")
    func together() async throws {
        let large = try await LargeCatalogue(scanLimits: ScanLimits(slots: 1, passSize: 16))
        let requests = (0..<16).map { query in
            var request = large.request(query, tier: ["premium", "standard", "economy", "premium"][query % 4])
            if query % 3 == 0 { request.filter = ItemFilter(categories: ["far"]) }
            request.count = 10 + query
            return request
        }
        var alone: [RecommendationResponse] = []
        for request in requests { alone.append(try await large.service.recommend(request)) }
        let before = large.service.scanCounters
        #expect(before.largestPass == 1)
        let rounds = 20
        for _ in 0..<rounds {
            let together = try await withThrowingTaskGroup(of: (Int, RecommendationResponse).self) { group in
                for (number, request) in requests.enumerated() {
                    group.addTask { (number, try await large.service.recommend(request)) }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (number, expected) in alone.enumerated() {
                let response = try #require(together[number])
                #expect(response.items == expected.items && response.plan == expected.plan)
                #expect(response.cost.spent == expected.cost.spent)
                #expect(response.cost.stages.map(\.cost) == expected.cost.stages.map(\.cost))
                #expect(response.degradation == expected.degradation)
            }
        }
        let after = large.service.scanCounters
        #expect(after.jobs - before.jobs >= 16 * rounds && after.waiting == 0)
        #expect(after.largestPass > 1 && after.passes < after.jobs)
    }

    @Test("is probed by a budget that does not pay for all rows, and refused below the least that a plan can cost")
    func budgets() async throws {
        let large = try await LargeCatalogue()
        var request = large.request(3)
        request.maxCost = CostUnits(units: 1e6)
        #expect(try await large.service.recommend(request).plan == "s64-k1000-r64")
        let whole = try await large.service.recommend(large.request(3, tier: "standard")).cost.planned
        request.maxCost = whole
        #expect(try await large.service.recommend(request).plan == "p64-s64-k200-r64")
        request.maxCost = CostUnits(microunits: whole.microunits - 1)
        #expect(try await large.service.recommend(request).plan == "p32-s64-k50-r64")
        request.maxCost = CostUnits(units: 20)
        await #expect(throws: RequestError.self) { try await large.service.recommend(request) }
    }
}
