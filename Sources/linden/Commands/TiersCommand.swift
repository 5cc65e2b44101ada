import ArgumentParser
import Domain
import Experiments
import Foundation
import JSON
import Serving
import Storage

/// `linden tiers`: what tiers and experiments there are.
struct TiersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tiers", abstract: "Shows and changes serving tiers and experiments: one document, in revisions.",
        subcommands: [Show.self, Diff.self, Apply.self, Rollback.self, History.self, SchemaCommand.self])

    /// `linden tiers show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the document that holds, byte for byte; the tiers that ship before the first.",
            discussion: "With --json, the configuration in the program's own words, with its revision.")
        @Option(help: "A revision other than the one that holds.")
        var revision: Int64?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try common.settings()
            let shown = try await Installation.with(settings) { installation in
                guard let number = revision else { return try await installation.tierPublisher().active()?.revision }
                guard let found = try await installation.bulkStore.tierRevision(number) else {
                    _ = try await installation.tierPublisher().rollback(to: number)
                    return nil
                }
                return found
            }
            guard common.json else {
                let text = try shown?.draft.document ?? TierConfiguration.shipped.yaml
                FileHandle.standardOutput.write(Data(text.utf8))
                return
            }
            let configuration = try shown.map { try JSONValue(parsing: Array($0.draft.configuration.utf8)) }
            print(
                JSONValue.object([
                    "revision": shown.map { .integer(Int($0.number)) } ?? .null,
                    "configuration": configuration ?? TierConfiguration.shipped.canonical,
                ]))
        }
    }

    /// `linden tiers diff`.
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says what a document would change, and how many units would change arm. Changes nothing.")
        @Argument(help: "The document, YAML or JSON; - is standard input.")
        var file: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (settings, document) = (try common.settings(), try TierDocument(file: file))
            let proposal = try await Installation.with(settings) {
                try await $0.tierPublisher().proposal(document.configuration, document: document.text)
            }
            TierText.show(proposal, published: nil, asJSON: common.json)
        }
    }

    /// `linden tiers apply`.
    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Makes a document the one that holds: validates it, counts who would change arm, and publishes it.",
            discussion: "Serving nodes take it over within two seconds. `linden tiers rollback` undoes it.")
        @Argument(help: "The document, YAML or JSON; - is standard input.")
        var file: String
        @OptionGroup var change: TierChangeOptions
        @Option(
            help: "The revision that the document was written for; the one that it names, or that holds, by default.")
        var parent: Int64?
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (settings, document) = (try common.settings(), try TierDocument(file: file))
            try await TierText.publish(settings, change, asJSON: common.json) {
                try await $0.proposal(document.configuration, document: document.text, parent: parent)
            }
        }
    }

    /// `linden tiers rollback`.
    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an earlier document hold again, byte for byte, as a new revision.")
        @Argument(help: "The revision to go back to.")
        var revision: Int64
        @OptionGroup var change: TierChangeOptions
        @OptionGroup var common: CommonOptions

        func run() async throws {
            var change = change
            change.reason = change.reason ?? "rollback to \(revision)"
            try await TierText.publish(try common.settings(), change, asJSON: common.json) {
                try await $0.rollback(to: revision)
            }
        }
    }

    /// `linden tiers history`.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the revisions, newest first: when, who and why.")
        @Option(parsing: .unconditional, help: "Revisions at most.")
        var limit = 20
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard limit > 0 else { throw ValidationError("--limit is \(limit). Give a number from 1 up.") }
        }

        func run() async throws {
            let settings = try common.settings()
            let (revisions, active) = try await Installation.with(settings) {
                (try await $0.bulkStore.tierRevisions(limit: limit), try await $0.bulkStore.activeTierRevision())
            }
            if common.json {
                print(JSONValue.object(["revisions": .array(revisions.map { $0.json(isActive: $0.number == active) })]))
                return
            }
            if revisions.isEmpty { print("There is no revision yet: the tiers that ship with Linden hold.") }
            for revision in revisions { print(TierText.line(of: revision, isActive: revision.number == active)) }
        }
    }

    /// `linden tiers schema`.
    struct SchemaCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "schema", abstract: "Prints the JSON Schema of the document, for editors.")

        func run() throws { print(TierConfiguration.schema) }
    }
}

/// Who changes tiers, and why.
struct TierChangeOptions: ParsableArguments {
    @Option(help: "Why, for the history.")
    var reason: String?
    @Option(help: "Who asks for it, for the history; the user of this process by default.")
    var actor: String?

    var by: String { actor ?? NSUserName() }
}

extension Installation {
    /// What publishes documents of tiers here.
    func tierPublisher() async throws -> TierPublisher {
        TierPublisher(store: bulkStore, generations: bulkStore, planner: try await planner())
    }
}
