import ArgumentParser
import Domain
import Experiments
import Foundation
import HTTPAPI
import JSON
import Serving
import Storage

/// `linden experiments`: tests of tiers against each other.
struct ExperimentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiments", abstract: "Lists, reads and stops the experiments of the tiers' document.",
        subcommands: [
            List.self, Report.self, Stop.self, ExperimentsAssignCommand.self, ExperimentsReplayCommand.self,
        ])

    /// `linden experiments list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the experiments, with their arms.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try common.settings()
            let active = try await Installation.with(settings) { try await $0.tierPublisher().active() }
            let experiments = active?.configuration.experiments ?? []
            if common.json {
                print(
                    JSONValue.object([
                        "config_revision": active.map { .integer(Int($0.revision.number)) } ?? .null,
                        "experiments": active?.configuration.canonical["experiments"] ?? .array([]),
                    ]))
                return
            }
            if experiments.isEmpty { print("There is no experiment. `linden tiers apply FILE` makes one.") }
            for experiment in experiments {
                print("\(experiment.key)  \(experiment.state.rawValue)  layer \(experiment.layer) \(experiment.range)")
                for arm in experiment.arms {
                    let served = [arm.tier, arm.generation?.description].compactMap(\.self).joined(separator: ", ")
                    print("  \(arm.key) \(arm.range): \(served.isEmpty ? "as without the experiment" : served)")
                }
            }
        }
    }

    /// `linden experiments report`.
    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Says what an experiment has brought: whether units are as planned, the verdict, and the figures.",
            discussion: """
                The always-valid interval may be looked at as often as one likes, and holds at whichever look one stops; the \
                one beside it holds at one look that was fixed before.
                """)
        @Argument(help: "The experiment's key.")
        var key: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try common.settings()
            let reading = try await Installation.with(settings) {
                try await ExperimentReader(tiers: $0.bulkStore, records: $0.bulkStore).reading(of: key)
            }
            print(common.json ? reading.json.description : ExperimentText.lines(of: reading).joined(separator: "\n"))
        }
    }

    /// `linden experiments stop`.
    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stops an experiment, by a new revision: its units get what they would get without it.")
        @Argument(help: "The experiment's key.")
        var key: String
        @OptionGroup var change: TierChangeOptions
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try common.settings()
            let revision = try await Installation.with(settings) {
                try await $0.tierPublisher().stop(
                    experiment: key, actor: change.by, reason: change.reason ?? "stop \(key)")
            }
            if common.json {
                print(JSONValue.object(["revision": .integer(Int(revision.number))]))
            } else {
                print("\(key) is stopped since revision \(revision.number).")
            }
        }
    }
}
