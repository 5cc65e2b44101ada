import ArgumentParser
import ExperimentStatistics
import Experiments
import JSON
import Serving

/// `linden experiments replay`.
struct ExperimentsReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Says what other tiers would have cost and brought, from the exposures of an experiment.",
        discussion: """
            Costs are exact: each request is planned and answered again. Clicks are estimated from the exposures that had the \
            tier that it would have got, with how much they tell.
            """)
    @Argument(help: "The experiment's key.")
    var key: String
    @Option(name: .customLong("tiers"), help: "The document of the other tiers, YAML or JSON.")
    var document: String
    @Option(parsing: .unconditional, help: "Exposures at most, the oldest first.")
    var limit = 10_000
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit is \(limit). Give a number from 1 up.") }
    }

    func run() async throws {
        let (settings, target) = (try common.settings(), try TierDocument(file: document).configuration)
        let outcome = try await Interruption.run { _ in
            try await Installation.with(settings) { installation in
                try await ExperimentReplay(service: try await installation.service(), records: installation.bulkStore)
                    .run(key, under: target, limit: limit)
            }
        }
        if common.json {
            print(outcome.json)
            return
        }
        print("\(outcome.exposures) exposures of \(key), answered again under \(document):")
        print(
            "  cost a request: \(ExperimentText.shown(outcome.cost)) units; logged \(ExperimentText.shown(outcome.loggedCost))"
        )
        for part in outcome.parts {
            print("    \(part.tier): \(part.exposures) requests, \(ExperimentText.shown(part.cost)) units each")
        }
        print("  clicks a request; logged \(ExperimentText.shown(outcome.loggedReward)):")
        print("  \(outcome.reward)")
    }
}

extension ExperimentReplay.Outcome {
    fileprivate var json: JSONValue {
        func value(_ value: (Double, Double, Double)) -> JSONValue {
            .object(["estimate": .number(value.0), "interval": .array([.number(value.1), .number(value.2)])])
        }
        let (snips, robust) = (reward.selfNormalised, reward.doublyRobust)
        return .object([
            "exposures": .integer(exposures), "logged_cost": .number(loggedCost), "cost": .number(cost),
            "logged_reward": .number(loggedReward),
            "tiers": .array(
                parts.map {
                    ["tier": .string($0.tier), "exposures": .integer($0.exposures), "cost": .number($0.cost)]
                }),
            "snips": value((snips.estimate, snips.interval.lower, snips.interval.upper)),
            "doubly_robust": value((robust.estimate, robust.interval.lower, robust.interval.upper)),
            "effective_sample_size": .number(reward.effectiveSampleSize), "coverage": .number(reward.coverage),
        ])
    }
}
