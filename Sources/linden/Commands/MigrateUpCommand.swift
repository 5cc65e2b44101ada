import ArgumentParser
import JSON
import Migrations
import Synchronization

/// `linden migrate up`.
struct MigrateUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "up", abstract: "Applies what is pending.")
    @Option(help: "Last version to apply, such as 0002.")
    var to: String?
    @OptionGroup var source: MigrationSource
    @OptionGroup var patience: MigrationPatience
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let target = try to.map(MigrateCommand.version)
        let told = MigrationTale()
        let applied = try await source.withMigrator(common, patience: patience) { migrator in
            try await migrator.up(to: target) { told.tell($0) }
        }
        told.report(applied, verb: "applied", asJSON: common.json)
    }
}

/// `linden migrate down`.
struct MigrateDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Undoes the newest migration, or all above a version.")
    @Option(help: "Version to go back to; 0000 undoes all.")
    var to: String?
    @OptionGroup var source: MigrationSource
    @OptionGroup var patience: MigrationPatience
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let target: DownTarget =
            try to.map { try $0 == "0000" ? .nothing : .version(MigrateCommand.version($0)) } ?? .oneStep
        let told = MigrationTale()
        let undone = try await source.withMigrator(common, patience: patience) { migrator in
            try await migrator.down(to: target) { told.tell($0) }
        }
        told.report(undone, verb: "undone", asJSON: common.json)
    }
}

/// `linden migrate baseline`.
struct MigrateBaseline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline",
        abstract: "Enters migrations as applied without running them, where the schema is there from elsewhere.")
    @Option(help: "Last version that the database has already, such as 0002.")
    var to: String
    @OptionGroup var source: MigrationSource
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let target = try MigrateCommand.version(to)
        let entered = try await source.withMigrator(common) { try await $0.baseline(to: target) }
        MigrationTale().report(entered, verb: "entered", asJSON: common.json)
    }
}

/// What a migrator tells on its way: to people at once, to scripts at the end.
private final class MigrationTale: Sendable {
    private let rebuilt = Mutex<[String]>([])

    func tell(_ event: MigrationEvent) {
        switch event {
        case .applied, .undone: break
        case .waits(let file, let attempt, let attempts):
            Terminal.printError("\(file): its table is in use (attempt \(attempt) of \(attempts)).")
        case .resumes(let file, let done, let count):
            Terminal.printError("\(file): goes on after \(done) of \(count) statements, which are done.")
        case .rebuilds(let index):
            rebuilt.withLock { $0.append(index) }
            Terminal.printError("A build that broke left the index \(index) invalid. It is dropped and built again.")
        }
    }

    func report(_ versions: [MigrationVersion], verb: String, asJSON: Bool) {
        let names = versions.map(\.description)
        let rebuilt = rebuilt.withLock { $0 }
        if asJSON {
            print(
                JSONValue.object([
                    verb: .array(names.map(JSONValue.string)), "rebuilt": .array(rebuilt.map(JSONValue.string)),
                ]))
        } else if names.isEmpty {
            print("Nothing to do: the schema is there already.")
        } else {
            print("Migrations \(verb): \(names.joined(separator: ", ")).")
        }
    }
}
