import Domain
import Foundation
import Logging
import Migrations
import Postgres
import Serving
import Storage
import Synchronization
import TestSupport
import Testing
import Towers

/// With `LINDEN_CHANGES_ROWS=1000000 LINDEN_CHANGES_DIMS=256 LINDEN_CHANGES_SECONDS=20` it is the benchmark of live changes.
@Suite("Live changes on PostgreSQL")
struct LiveChangesTests {
    @Test("are all served, while requests go on")
    func changes() async throws {
        let size = LoadSize.fromEnvironment()
        try await PostgresTesting.withTemporaryDatabase(size: 12) { pool in
            try await Migrator(.embedded(), settings: pool.settings).up()
            let store = PostgresStore(pool: pool)
            try await Self.publish(size, on: store, pool)
            let service = RecommendationService(
                ports: RecommendationService.Ports(
                    events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                    experiments: store))
            try await service.refresh()
            let follower = CatalogueFollower(service: service, bell: store, logger: Logger(label: "changes"))
            let load = ChangeLoad(service: service, size: size)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await follower.run() }
                let before = try await Self.requests(service, size, until: .now + .seconds(size.seconds / 4))
                let requests = RequestLog()
                group.addTask { try await Self.requests(service, size, requests) }
                let seen = try await load.run()
                requests.stop()
                #expect(seen.count > Int(size.seconds * Double(size.rate)) / 3)
                if size.isBenchmark { Self.report(seen, requests, before: before) }
                group.cancelAll()
            }
            let table = try await pool.withConnection { connection in
                try await connection.query("SELECT item_id, title FROM linden.items WHERE NOT deleted").map {
                    try $0.decode(String.self, String.self)
                }
            }
            for (id, title) in table { #expect(service.title(of: try ItemID(id)) == title) }
            let live = Set(table.map(\.0))
            for (item, title) in load.titles { #expect(live.contains(item.text) == (title != nil)) }
        }
    }

    /// Prints the figures, and holds them to their targets.
    private static func report(_ seen: Timings, _ requests: RequestLog, before: Timings) {
        let (calm, merging) = (requests.timings(isMerging: false), requests.timings(isMerging: true))
        print("changes: sent to served \(seen.description)")
        print("requests: without changes \(before.description)")
        print("requests: with changes \(calm.description)")
        print("requests: during merges \(merging.description)")
        #expect(seen.milliseconds(0.99) <= 100)
        if merging.count > 0 { #expect(merging.milliseconds(0.99) <= 1.2 * calm.milliseconds(0.99)) }
    }

    /// What requests took, beside the changes.
    final class RequestLog: Sendable {
        private let state = Mutex((isRunning: true, calm: [Duration](), merging: [Duration]()))

        var isRunning: Bool { state.withLock { $0.isRunning } }

        func stop() { state.withLock { $0.isRunning = false } }

        func add(_ duration: Duration, isMerging: Bool) {
            state.withLock { state in
                if isMerging { state.merging.append(duration) } else { state.calm.append(duration) }
            }
        }

        func timings(isMerging: Bool) -> Timings {
            state.withLock { Timings(isMerging ? $0.merging : $0.calm) }
        }
    }

    private static func requests(_ service: RecommendationService, _ size: LoadSize, _ log: RequestLog) async throws {
        var random = SeededGenerator(seed: 7)
        let start = ContinuousClock.now
        var number = 0
        while log.isRunning {
            try await Task.sleep(until: start + .seconds(Double(number) / Double(size.requestRate)))
            let wasMerging = service.isMerging
            let time = try await similar(service, size, using: &random)
            log.add(time, isMerging: wasMerging || service.isMerging)
            number += 1
        }
    }

    private static func requests(
        _ service: RecommendationService, _ size: LoadSize, until end: ContinuousClock.Instant
    ) async throws -> Timings {
        let log = RequestLog()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await requests(service, size, log) }
            try await Task.sleep(until: end)
            log.stop()
            try await group.waitForAll()
        }
        return log.timings(isMerging: false)
    }

    private static func similar(
        _ service: RecommendationService, _ size: LoadSize, using random: inout SeededGenerator
    ) async throws -> Duration {
        var request = RecommendationRequest()
        request.itemID = try ItemID("item-\(Int.random(in: 0..<size.rows, using: &random))")
        request.tier = "standard"
        let start = ContinuousClock.now
        let response = try await service.recommend(request)
        let time = start.duration(to: .now)
        #expect(response.items.count == request.count)
        return time
    }

    /// Fills a catalogue whose items' embeddings are made of a category and two words each, and makes it serve.
    private static func publish(_ size: LoadSize, on store: PostgresStore, _ pool: ConnectionPool) async throws {
        let model = try model(dimensions: size.dimensions)
        let rows = Int64(size.rows)
        try await pool.withConnection { connection in
            try await connection.query(
                """
                INSERT INTO linden.items (item_id, title, categories)
                SELECT 'item-' || n, 'word' || n % 4001 || ' word' || n % 977 || ' word' || n / 31, ARRAY['category-' || n % 100]
                FROM generate_series(0::bigint, $1 - 1) AS n ORDER BY n
                """, rows, deadline: .never)
            try await connection.query("ANALYZE linden.items", deadline: .never)
        }
        var items = HalfEmbeddings(dimensions: size.dimensions)
        items.bits.reserveCapacity(size.rows * size.dimensions)
        for n in 0..<size.rows {
            let content = ItemContent(
                id: try ItemID("item-\(n)"), title: "word\(n % 4001) word\(n % 977) word\(n / 31)",
                categories: ["category-\(n % 100)"])
            items.numbers.append(Int64(n + 1))
            items.bits += model.itemEmbedding(model.features(of: content)).map { Float16($0).bitPattern }
        }
        let generation = try await store.publish(
            GenerationDraft(
                fingerprint: [UInt8](repeating: 1, count: 32), ladder: model.ladder, normRule: .cosineAtEachRung,
                cutoff: 20, rungs: [], settings: "{}", artefact: model.encoded(), items: items,
                users: HalfEmbeddings(dimensions: size.dimensions), userEvents: []))
        try await store.checkAndActivate(generation.number)
    }

    private static func model(dimensions: Int) throws -> TwoTowerModel {
        var random = SeededGenerator(seed: 3)
        func table(_ rows: Int) -> [Float] {
            (0..<rows * dimensions).map { _ in Float.random(in: -1...1, using: &random) }
        }
        let ladder = try PrefixLadder([16, 32, 64, 128, 256].filter { $0 < dimensions } + [dimensions])
        let vocabulary = try #require(
            FeatureVocabulary(items: [], categories: (0..<100).map { "category-\($0)" }, wordBuckets: 8_192))
        return TwoTowerModel(
            ladder: ladder, historyLength: 10, vocabulary: vocabulary,
            encoder: ItemEncoder(dimensions: dimensions, items: [], categories: table(100), words: table(8_192)),
            historyWeights: [], reader: nil, users: [:], userRows: [], unknownItem: table(1))
    }
}
