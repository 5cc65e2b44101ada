import ArgumentParser
import Foundation
import Migrations
import Postgres

/// `linden migrate`: the schema of the database.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Applies, undoes, checks and shows schema migrations.",
        discussion: """
            Works on the migrations that are part of this program, or with --dir on any folder of NNNN_title.up.sql, \
            .down.sql and .verify.sql files. LINDEN_MIGRATE_URL names the server where LINDEN_DATABASE_URL names a pooler.
            """,
        subcommands: [
            MigrateUp.self, MigrateDown.self, MigrateStatus.self, MigrateVerify.self, MigratePlan.self,
            MigrateLint.self, MigrateNew.self, MigrateBaseline.self,
        ])

    /// Reads `0002`.
    static func version(_ text: String) throws -> MigrationVersion {
        guard let version = MigrationVersion(text) else {
            throw ValidationError("'\(text)' is not a version. Give four digits, such as 0002.")
        }
        return version
    }
}

/// What the subcommands of `linden migrate` share.
struct MigrationSource: ParsableArguments {
    @Option(help: "Folder of NNNN_title.up.sql and .down.sql files; those built into this program by default.")
    var dir: String?

    @Option(help: ArgumentHelp("Wait so long for a server that is not up yet, such as 60s.", valueName: "time"))
    var wait: String?

    /// The migrations asked for.
    func set() throws -> MigrationSet { try dir.map { try MigrationSet(directory: $0) } ?? .embedded() }

    /// Lends a migrator to `body`.
    ///
    /// A signal ends it; what is half way is gone on with by the next one.
    func withMigrator<Value: Sendable>(
        _ common: CommonOptions, patience: MigrationPatience? = nil,
        _ body: @escaping @Sendable (Migrator) async throws -> Value
    ) async throws -> Value {
        let set = try set()
        var options = try patience?.options() ?? MigratorOptions()
        options.serverWait = try wait.map(Self.duration) ?? .zero
        let settings = try common.settings()
        let (final, url) = (options, ProcessInfo.processInfo.environment["LINDEN_MIGRATE_URL"])
        return try await Interruption.run { _ in
            if let url, !url.isEmpty {
                return try await body(Migrator(set, settings: try ConnectionSettings(url: url), options: final))
            }
            return try await Installation.withDatabase(settings) { connection, _ in
                try await body(Migrator(set, settings: connection, options: final))
            }
        }
    }

    /// Reads `60s`.
    static func duration(_ text: String) throws -> Duration {
        guard let duration = TimeText.duration(text) else {
            throw ValidationError(
                "'\(text)' is not a time. Give a whole number with its unit, such as 500ms, 60s, 5min.")
        }
        return duration
    }
}

/// How long to wait for what, and how often to try.
struct MigrationPatience: ParsableArguments {
    @Option(help: ArgumentHelp("Wait so long for another migrator. (default: 60s)", valueName: "time"))
    var lockWait: String?

    @Option(help: ArgumentHelp("Wait so long for a table in one attempt. (default: 500ms)", valueName: "time"))
    var lockTimeout: String?

    @Option(help: "Attempts to get at a table. (default: 10)")
    var attempts: Int?

    @Option(
        help: ArgumentHelp(
            "Longest time for a statement whose file does not say -- linden:statement-timeout. (default: none)",
            valueName: "time"))
    var statementTimeout: String?

    func options() throws -> MigratorOptions {
        var options = MigratorOptions()
        if let lockWait { options.lockWait = try MigrationSource.duration(lockWait) }
        if let lockTimeout { options.tableLockTimeout = try MigrationSource.duration(lockTimeout) }
        if let statementTimeout { options.statementTimeout = try MigrationSource.duration(statementTimeout) }
        if let attempts {
            guard (1...1_000).contains(attempts) else {
                throw ValidationError("'\(attempts)' attempts make no sense. Give a number from 1 to 1000.")
            }
            options.attempts = attempts
        }
        return options
    }
}
