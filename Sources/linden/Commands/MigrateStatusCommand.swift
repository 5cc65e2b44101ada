import ArgumentParser
import Foundation
import JSON
import Migrations

/// `linden migrate status`.
struct MigrateStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows what is applied and what is pending.")
    @Flag(help: "Exit with 3 when anything is pending, or the database is not as the migrations made it.")
    var check = false
    @OptionGroup var source: MigrationSource
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let status = try await source.withMigrator(common) { try await $0.status() }
        if common.json {
            print(status.json)
        } else {
            for line in status.lines { print(line) }
        }
        if check, !status.pending.isEmpty || !status.drift.isEmpty || status.progress != nil { throw ExitCode(3) }
    }
}

/// `linden migrate verify`.
struct MigrateVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares the database with what the migrations should have made of it; exits with 5 if it differs.")
    @OptionGroup var source: MigrationSource
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let verification = try await source.withMigrator(common) { try await $0.verify() }
        if common.json {
            print(verification.json)
        } else {
            for line in verification.textLines { print(line) }
        }
        if !verification.isSound { throw ExitCode(5) }
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
            "half_way": progress.map { progress in
                .object([
                    "version": .string(progress.version.description), "direction": progress.isUp ? "up" : "down",
                    "statements_done": .integer(progress.statementsDone),
                ])
            } ?? .null,
        ])
    }

    fileprivate var lines: [String] {
        applied.map { "\($0.version)  \($0.title)  applied\(halfWay($0.version))" }
            + pending.map { "\($0.version)  \($0.title)  pending\(halfWay($0.version))" } + drift.map { "drift: \($0)" }
    }

    private func halfWay(_ version: MigrationVersion) -> String {
        guard let progress, progress.version == version else { return "" }
        let direction = progress.isUp ? "up" : "down"
        return ", half way \(direction): \(progress.statementsDone) statements done; "
            + "`linden migrate \(direction)` goes on"
    }
}

extension AppliedMigration {
    /// When it was applied, in RFC 3339.
    fileprivate var moment: String {
        Date(timeIntervalSince1970: Double(appliedAt) / 1e6).formatted(.iso8601)
    }
}

extension MigrationVerification {
    fileprivate var json: JSONValue {
        .object([
            "sound": .bool(isSound), "current": current.map { .string($0.description) } ?? .null,
            "ledger": .array(ledger.map { .string($0.description) }),
            "invalid_indexes": .array(invalidIndexes.map(JSONValue.string)),
            "catalogue_known": .bool(isCatalogueKnown), "drift": .array(drift.map(JSONValue.string)),
            "assertion_files": .integer(assertionFiles),
            "failed_assertions": .array(failedAssertions.map { .string($0.description) }),
        ])
    }

    fileprivate var textLines: [String] {
        var lines = ledger.map { "ledger: \($0)" }
        lines += invalidIndexes.map { "invalid index: \($0). Run REINDEX INDEX CONCURRENTLY \($0), or drop it." }
        if !drift.isEmpty {
            lines.append("The catalogue is not what the migrations made (- missing, + too much):")
            lines += drift
        }
        if !isCatalogueKnown {
            lines.append("The catalogue was not compared: the ledger is of a version that did not keep what it made.")
        }
        lines += failedAssertions.map { "assertion: \($0)" }
        if isSound {
            lines.append(
                "The database is at \(current?.description ?? "nothing") as its migrations made it; "
                    + "\(assertionFiles) files of assertions hold.")
        }
        return lines
    }
}
