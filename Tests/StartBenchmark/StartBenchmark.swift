import Domain
import Foundation
import Logging
import Migrations
import Postgres
import Serving
import Storage
import TestSupport
import Towers
import VectorKernels

/// Measures how long a node takes from its start to its first answer: from PostgreSQL, and from its snapshot file.
///
///     tools/with-postgres .build/release/start-benchmark [ROWS [VOCABULARY]]
///
/// It fills a database of its own with made items and embeddings, publishes them as a generation whose model knows
/// VOCABULARY items, and starts a process for each way.
@main
enum StartBenchmark {
    static let dimensions = 256

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.first == "--node" {
            try await node(arguments: Array(arguments.dropFirst()))
            return
        }
        let rows = arguments.first.flatMap { Int($0) } ?? 1_000_000
        let vocabulary = arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
        let folder = try TemporaryFolder()
        try await PostgresTesting.withTemporaryDatabase { pool in
            try await Migrator(.embedded(), settings: pool.settings).up()
            let store = PostgresStore(pool: pool)
            try await time("filling the database") { try await fill(store, pool, rows: rows, vocabulary: vocabulary) }
            let database = pool.settings.database
            try start("from PostgreSQL, then keeping the file", database, folder)
            for name in try folder.names {
                let bytes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)[.size]
                print("\(name): \(bytes ?? 0) bytes")
            }
            for _ in 0..<3 { try start("from the file", database, folder) }
        }
    }

    /// Makes items and embeddings, and activates a generation of them.
    private static func fill(
        _ store: PostgresStore, _ pool: ConnectionPool, rows: Int, vocabulary: Int
    ) async throws {
        try await pool.withConnection { connection in
            try await connection.query(
                """
                INSERT INTO linden.items (item_id, title, categories, attributes)
                SELECT 'item-' || n, 'The ' || n % 977 || ' tale of number ' || n,
                       ARRAY['genre-' || n % 20, 'shelf-' || n % 300],
                       jsonb_build_object('language', jsonb_build_array('l' || n % 7))
                FROM generate_series(1, \(literal: Int64(rows))) AS n
                """, deadline: .never)
            try await connection.query(
                "INSERT INTO linden.item_stats SELECT item_no, item_no % 1000 FROM linden.items", deadline: .never)
            try await connection.query("ANALYZE linden.items, linden.item_stats", deadline: .never)
        }
        var generator = SeededGenerator(seed: 1)
        let centres = (0..<1_000).map { _ in generator.values(dimensions) }
        var embeddings = HalfEmbeddings(dimensions: dimensions)
        embeddings.bits.reserveCapacity(rows * dimensions)
        for row in 0..<rows {
            var values = centres[Int(generator.next() % 1_000)]
            var noise = generator.next()
            for index in values.indices {
                noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                values[index] += Float(noise >> 40) / Float(1 << 24) - 0.5
            }
            embeddings.bits += HalfPrecision.bits(of: values.span)
            embeddings.numbers.append(Int64(row + 1))
        }
        let ladder = PrefixLadder.standard
        let model = try model(ladder, vocabulary: vocabulary, using: &generator)
        let generation = try await store.publish(
            GenerationDraft(
                fingerprint: [UInt8](repeating: 7, count: 32), ladder: ladder, normRule: .cosineAtEachRung, cutoff: 20,
                rungs: [], settings: "{}", artefact: model.encoded(), items: embeddings,
                users: HalfEmbeddings(dimensions: dimensions), userEvents: []))
        try await store.checkAndActivate(generation.number)
    }

    private static func model(
        _ ladder: PrefixLadder, vocabulary: Int, using generator: inout SeededGenerator
    ) throws -> TwoTowerModel {
        let words = 4_096
        let categories = (0..<20).map { "genre-\($0)" } + (0..<300).map { "shelf-\($0)" }
        let items = try (1...vocabulary).map { try ItemID("item-\($0)") }
        guard let known = FeatureVocabulary(items: items, categories: categories, wordBuckets: words) else {
            throw CancellationError()
        }
        return TwoTowerModel(
            ladder: ladder, historyLength: 50, vocabulary: known,
            encoder: ItemEncoder(
                dimensions: dimensions, items: generator.values(vocabulary * dimensions),
                categories: generator.values(categories.count * dimensions), words: generator.values(words * dimensions)
            ),
            historyWeights: [Float](repeating: 1, count: vocabulary), reader: nil, users: [:], userRows: [],
            unknownItem: generator.values(dimensions))
    }

    /// Starts a node in a process of its own and prints what it says.
    private static func start(_ name: String, _ database: String, _ folder: TemporaryFolder) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--node", name, database, folder.path, String(Date().timeIntervalSince1970)]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CancellationError() }
    }

    /// A node: starts, answers, and keeps its snapshot if it came from the store.
    private static func node(arguments: [String]) async throws {
        let (name, database, folder) = (arguments[0], arguments[1], arguments[2])
        let started = Double(arguments[3]) ?? 0
        let pool = ConnectionPool(try PostgresTesting.server().with(database: database), limits: PoolLimits(size: 2))
        let store = PostgresStore(pool: pool)
        let service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: store, feed: store, tiers: store,
                experiments: store),
            snapshots: SnapshotFolder(path: folder, logger: Logger(label: "benchmark")))
        try await service.refresh()
        let ready = Date().timeIntervalSince1970
        let processorSeconds = processorSeconds()
        var request = RecommendationRequest()
        request.itemID = try ItemID("item-77")
        let found = try await service.recommend(request).items.count
        let answered = Date().timeIntervalSince1970
        print(
            String(
                format: "%@: ready after %.3f s (%.3f s of CPU), %d items of the first answer after %.3f s%@", name,
                ready - started, processorSeconds, found, answered - started, memory()))
        guard service.current?.isRestored == false else { return await pool.close() }
        try await time("keeping the snapshot") { _ = try await service.keepSnapshot() }
        await pool.close()
    }

    /// What this process has used of all cores.
    private static func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    /// Anonymous and file-backed memory of this process, as the system counts them.
    private static func memory() -> String {
        guard let bytes = FileManager.default.contents(atPath: "/proc/self/status") else { return "" }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("RssAnon") || $0.hasPrefix("RssFile") || $0.hasPrefix("VmHWM") }
            .map { ", " + $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.joined()
    }

    private static func time(_ name: String, _ work: () async throws -> Void) async throws {
        let start = ContinuousClock.now
        try await work()
        print(String(format: "%@: %.3f s", name, start.duration(to: .now) / .seconds(1)))
    }
}
