import ArgumentParser
import Domain
import Foundation
import HTTPAPI
import JSON
import OfflineJobs
import Training

/// How towers are trained: the flags that `train`, `evaluate` and `demo` share.
struct TrainingOptions: ParsableArguments {
    @Option(help: "Prefix lengths to train for, ascending. (default: \(PrefixLadder.standard))")
    var ladder: String?

    @Option(
        parsing: .unconditional,
        help: "Passes over the users, at most. (default: \(TrainingConfiguration().epochs))")
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: "Threads; the same bytes come out of the same seed and number of threads. (default: all cores)")
    var threads: Int?

    @Option(parsing: .unconditional, help: "The one source of randomness.")
    var seed: UInt64 = 1

    @Flag(help: "Give users rows of their own, beside their history.")
    var userEmbedding = false

    /// The configuration with these flags over the defaults.
    func configuration() throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        if let ladder { configuration.ladder = try PrefixLadder(argument: ladder) }
        if let epochs { configuration.epochs = epochs }
        configuration.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        configuration.seed = seed
        configuration.userIDEmbedding = userEmbedding
        // What training would refuse is refused before a server is started or a file is read.
        _ = try Trainer(configuration)
        return configuration
    }
}

/// `linden train`: towers from the stored interactions, published and activated as a generation.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains towers on the stored interactions and activates them as a generation.",
        discussion: "Ctrl-C ends the training and publishes the best so far; a second one stops without publishing.")

    @OptionGroup var training: TrainingOptions
    @OptionGroup var common: CommonOptions

    @Option(
        parsing: .unconditional,
        help: "Share of the full length's recall that the shortest rung must keep, 0 to 1.")
    var minimumPrefixShare = PrefixGate.standard.minimumShare

    func validate() throws {
        guard (0...1).contains(minimumPrefixShare) else {
            throw ValidationError("--minimum-prefix-share is \(minimumPrefixShare). Give a number from 0 to 1.")
        }
    }

    func run() async throws {
        let (configuration, settings) = (try training.configuration(), try common.settings())
        let gate = PrefixGate(minimumShare: minimumPrefixShare)
        let outcome = try await Interruption.run { interruption in
            try await Installation.with(settings) { installation in
                let reporter = TrainingReporter()
                let job = TrainJob(
                    log: installation.bulkStore, publisher: installation.bulkStore, configuration: configuration,
                    gate: gate)
                let outcome = try await job.run(stop: interruption.stopsTraining) { reporter.show($0) }
                reporter.finish()
                return outcome
            }
        }
        if common.json {
            print(outcome.generation.json)
        } else {
            print("\(outcome.generation.number) serves now.")
            for line in GenerationText.rungLines(outcome.generation) { print(line) }
        }
    }
}

/// Shows a training on standard error: a line an epoch, and what comes after.
final class TrainingReporter: Sendable {
    private let line = ProgressLine()

    func show(_ step: TrainJob.Step) {
        switch step {
        case .loading: line.show("Reading the interactions …")
        case .training(let progress): show(progress)
        case .publishing(let users, let items):
            line.finish()
            line.show("Publishing the embeddings of \(users) users and \(items) items …")
        case .calibrating: line.show("Measuring the plans on this catalogue's own queries …")
        }
    }

    func show(_ progress: TrainingProgress) {
        let recalls = progress.validation.map { "\($0.dimensions): \(Self.rounded($0.recall))" }.joined(separator: "  ")
        line.show(
            "Epoch \(progress.epoch)/\(progress.epochs)  loss \(Self.rounded(progress.loss))  recall \(recalls)  "
                + "\(Int(progress.remaining / .seconds(1))) s left")
        line.finish()
    }

    func finish() { line.finish() }

    private static func rounded(_ value: Double) -> String { String(format: "%.4f", value) }
}
