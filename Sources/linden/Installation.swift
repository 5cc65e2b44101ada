import ArgumentParser
import Domain
import Experiments
import Foundation
import HTTPAPI
import Logging
import Migrations
import Planning
import Postgres
import Serving
import Storage

/// Flags that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: "Settings file; linden.yaml in this directory by default.")
    var config: String?

    @Option(help: "Where the embedded PostgreSQL keeps its data.")
    var dataDir: String?

    @Flag(help: "Print one JSON value on standard output.")
    var json = false

    /// The settings with these flags on top.
    func settings(
        port: Int? = nil, host: String? = nil, serving: ServingOptions? = nil, recalibrateGrowth: String? = nil
    ) throws -> Settings {
        try Settings(
            overrides: Settings.Overrides(
                configuration: config, dataDirectory: dataDir, port: port, host: host, vectors: serving?.vectors,
                capacity: serving?.capacity, recalibrateGrowth: recalibrateGrowth))
    }
}

/// Flags of the commands that answer requests.
struct ServingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where full vectors come from: memory, database, or cache:SIZE such as cache:256MB. (default: memory)",
            valueName: "source"))
    var vectors: String?

    @Option(
        parsing: .unconditional,
        help: "Cost units a second that requests share by what they are worth; a core does about 1000000.")
    var capacity: String?
}

/// A database that is up and at the newest schema, and the store on it.
struct Installation: Sendable {
    let settings: Settings
    let connection: ConnectionSettings
    /// For requests: short deadlines, durable writes.
    let store: PostgresStore
    /// For jobs and snapshots: statements may take their time.
    let bulkStore: PostgresStore
    /// The server that this program shares or runs itself; `nil` for the operator's.
    let server: EmbeddedServer?

    /// Lends an installation to `body` and leaves its database behind in order.
    ///
    /// Pending migrations are applied when `migrates` says so, and always to the embedded database. A service `answersAtOnce`
    /// without its user's rows where a connection takes long; a command for one request waits for it.
    static func with<Value>(
        _ settings: Settings, migrates: Bool = false, answersAtOnce: Bool = false,
        _ body: (Installation) async throws -> Value
    ) async throws -> Value {
        try await withDatabase(settings) { connection, server in
            let migrator = Migrator(try MigrationSet.embedded(), settings: connection)
            if migrates || server != nil {
                try await migrator.up()
            } else {
                try await migrator.requireCurrent()
            }
            var serving = connection
            serving.synchronousCommit = true
            serving.statementDeadline = .seconds(2)
            serving.connectDeadline = answersAtOnce ? .milliseconds(300) : .seconds(5)
            var bulk = connection
            bulk.synchronousCommit = true
            bulk.statementDeadline = .seconds(600)
            var limits = PoolLimits(size: 8)
            limits.longestPause = .seconds(1)
            let pool = ConnectionPool(serving, limits: limits)
            let bulkPool = ConnectionPool(bulk, limits: PoolLimits(size: 2))
            let installation = Installation(
                settings: settings, connection: connection, store: PostgresStore(pool: pool),
                bulkStore: PostgresStore(pool: bulkPool), server: server)
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(installation))
            } catch {
                result = .failure(error)
            }
            await pool.close()
            await bulkPool.close()
            return try result.get()
        }
    }

    /// Lends the way to the database: the operator's, or an embedded server that stops afterwards.
    static func withDatabase<Value>(
        _ settings: Settings, _ body: (ConnectionSettings, EmbeddedServer?) async throws -> Value
    ) async throws -> Value {
        if let url = settings.databaseURL {
            return try await body(try ConnectionSettings(url: url), nil)
        }
        if let named = try ConnectionSettings.fromEnvironment(ProcessInfo.processInfo.environment) {
            return try await body(named, nil)
        }
        let server = try await EmbeddedServer.start(dataDirectory: settings.dataDirectory)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(server.settings, server))
        } catch {
            result = .failure(error)
        }
        try await server.stop()
        return try result.get()
    }

    /// The product over this store, with the active generation loaded if there is one: from the snapshot that this node
    /// kept, as far as it has one.
    ///
    /// - Parameter exposures: How many exposures of experiments may wait to be written; `nil` records none.
    /// - Returns: The service; it has loaded what requests cannot do without.
    /// - Throws: ``Domain/StoreAway``, and what keeps a generation from being loaded.
    func service(exposures: Int? = nil) async throws -> RecommendationService {
        let service = RecommendationService(
            ports: RecommendationService.Ports(
                events: store, catalogue: store, users: store, generations: bulkStore, feed: bulkStore,
                tiers: bulkStore, experiments: bulkStore),
            tiers: await tiers(), planner: try await planner(),
            vectors: settings.vectors.vectors(from: store),
            snapshots: SnapshotFolder(path: settings.snapshotFolder, logger: logger()),
            keepGenerations: settings.keepGenerations, shadowShare: settings.shadowShare,
            scanDepth: settings.scanDepth, capacity: settings.capacity,
            price: settings.price, exposures: exposures, date: { .now })
        try await service.refresh()
        return service
    }

    /// Where a node keeps the last revision of tiers for a start without the database.
    var tierFile: TierFile { TierFile(path: settings.dataDirectory + "/tiers.json", logger: logger()) }

    /// The tiers that hold; those that were known last where the database is away, and those that ship before the first.
    private func tiers() async -> TiersInForce {
        do {
            guard let (revision, configuration) = try await tierPublisher().active() else { return .shipped }
            return TiersInForce(configuration, revision: revision.number)
        } catch {
            let kept = tierFile.kept()
            logger().warning(
                "The tiers could not be had, so \(kept.map { "revision \($0.revision ?? 0)" } ?? "those that ship") serve: \(error)"
            )
            return kept ?? .shipped
        }
    }

    /// Plans by the cost model in use: the newest that was calibrated here, or the one that ships with Linden.
    func planner() async throws -> Planner { Planner(model: try await bulkStore.currentCostModel()) }

    /// A logger on standard error.
    func logger() -> Logger {
        var logger = Logger(label: "linden") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        return logger
    }
}
