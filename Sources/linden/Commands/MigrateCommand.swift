import ArgumentParser
import Foundation
import JSON
import Migrations
import Postgres

/// `linden migrate`: the schema of the database.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Applies, undoes and shows schema migrations.",
        subcommands: [Up.self, Down.self, Status.self])

    /// What the subcommands share.
    struct Source: ParsableArguments {
        @Option(help: "Folder of NNNN_title.up.sql and .down.sql files; those built into this program by default.")
        var dir: String?

        func migrator(_ connection: ConnectionSettings) throws -> Migrator {
            Migrator(try dir.map { try MigrationSet(directory: $0) } ?? .embedded(), settings: connection)
        }
    }

    /// `linden migrate up`.
    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Applies what is pending.")
        @Option(help: "Last version to apply, such as 0002.")
        var to: String?
        @OptionGroup var source: Source
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (source, settings) = (source, try common.settings())
            let target = try to.map(MigrateCommand.version)
            let applied = try await Interruption.run { _ in
                try await Installation.withDatabase(settings) { connection, _ in
                    try await source.migrator(connection).up(to: target)
                }
            }
            report(applied.map { "\($0)" }, verb: "applied", asJSON: common.json)
        }
    }

    /// `linden migrate down`.
    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Undoes the newest migration, or all above a version.")
        @Option(help: "Version to go back to; 0000 undoes all.")
        var to: String?
        @OptionGroup var source: Source
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (source, settings) = (source, try common.settings())
            let target: DownTarget =
                try to.map { try $0 == "0000" ? .nothing : .version(MigrateCommand.version($0)) } ?? .oneStep
            let undone = try await Interruption.run { _ in
                try await Installation.withDatabase(settings) { connection, _ in
                    try await source.migrator(connection).down(to: target)
                }
            }
            report(undone.map { "\($0)" }, verb: "undone", asJSON: common.json)
        }
    }

    /// `linden migrate status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows what is applied and what is pending.")
        @Flag(help: "Exit with 3 when anything is pending, or the database is not as the migrations made it.")
        var check = false
        @OptionGroup var source: Source
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (source, settings) = (source, try common.settings())
            let status = try await Installation.withDatabase(settings) { connection, _ in
                try await source.migrator(connection).status()
            }
            if common.json {
                print(status.json)
            } else {
                for line in status.lines { print(line) }
            }
            if check, !status.pending.isEmpty || !status.drift.isEmpty { throw ExitCode(3) }
        }
    }

    private static func version(_ text: String) throws -> MigrationVersion {
        guard let version = MigrationVersion(text) else {
            throw ValidationError("'\(text)' is not a version. Give four digits, such as 0002.")
        }
        return version
    }
}

private func report(_ versions: [String], verb: String, asJSON: Bool) {
    if asJSON {
        print(JSONValue.object([verb: .array(versions.map(JSONValue.string))]))
    } else if versions.isEmpty {
        print("Nothing to do: the schema is there already.")
    } else {
        print("Migrations \(verb): \(versions.joined(separator: ", ")).")
    }
}

extension MigrationStatus {
    fileprivate var json: JSONValue {
        .object([
            "current": current.map { .string($0.description) } ?? .null,
            "pending": .array(pending.map { .string($0.version.description) }),
            "applied": .array(
                applied.map { applied in
                    .object([
                        "version": .string(applied.version.description), "title": .string(applied.title),
                        "sha256": .string(applied.sha256), "applied_at": .string(applied.moment),
                    ])
                }),
            "drift": .array(drift.map { .string($0.description) }),
        ])
    }

    fileprivate var lines: [String] {
        applied.map { "\($0.version)  \($0.title)  applied" } + pending.map { "\($0.version)  \($0.title)  pending" }
            + drift.map { "drift: \($0)" }
    }
}

extension AppliedMigration {
    /// When it was applied, in RFC 3339.
    fileprivate var moment: String {
        Date(timeIntervalSince1970: Double(appliedAt) / 1e6).formatted(.iso8601)
    }
}
