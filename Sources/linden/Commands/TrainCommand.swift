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
        help: "Passes over the users, at most. (default: 12, or 10 where their order carries meaning)")
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: "Threads; the same bytes come out of the same seed and number of threads. (default: all cores)")
    var threads: Int?

    @Option(parsing: .unconditional, help: "The one source of randomness.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "What events count as targets: standard, uniform, or changes to standard such as view=0.2,purchase=5.",
            discussion:
                "0 says nothing of what the user wants, below 0 turns an item down; rating-slope is what a rating "
                + "gains for each of the user's standard deviations above the user's mean."))
    var weights = "standard"

    @Flag(help: "Give users rows of their own, beside their history.")
    var userEmbedding = false

    /// What events count.
    func interactionWeights() throws -> InteractionWeights {
        do {
            return try InteractionWeights(weights)
        } catch {
            throw ValidationError("--weights: \(error)")
        }
    }

    func validate() throws { _ = try interactionWeights() }

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

/// What becomes of a training that needs more memory than there is.
struct MemoryOptions: ParsableArguments {
    @Flag(help: "Train though it needs more memory than is free.")
    var anyMemory = false

    /// Says what training needs, and refuses it where there is less.
    func answer(_ need: MemoryNeed) throws {
        Terminal.printError(need.description)
        if !anyMemory { try need.check() }
    }
}

/// `linden train`: towers from the stored interactions, published and activated as a generation.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains towers on the stored interactions and activates them as a generation.",
        discussion: """
            Ctrl-C ends the training and publishes the best so far; a second one stops without publishing. A training that \
            was stopped or killed goes on from its last checkpoint when the command is given again with the same settings on \
            the same interactions, and makes the same model. Of a fixed part \
            of the users (at most 1,000, or a fifth) the last items are kept from every training; a model that finds fewer \
            of them than the generation that serves, at any rung and by more than --tolerance and chance, is published but \
            does not serve (exit code 5).

            --search spends up to so many minutes on other learning rates, temperatures, weights of frequent items, id \
            dropouts, readers (ordered histories) or batch sizes and epochs (unordered): many for a ninth of their epochs, the \
            best third for a third, the best of those in full, again and again, judged by recall on held-out items, summed \
            over the ladder. The settings given are the first and win ties. Then the best settings are trained in full, which \
            takes its own time; Ctrl-C in the search goes on to that with the best so far. `linden models list --runs` shows every run.
            """)

    @OptionGroup var training: TrainingOptions
    @OptionGroup var memory: MemoryOptions
    @OptionGroup var common: CommonOptions

    @Option(
        parsing: .unconditional,
        help: "Share of the full length's recall that the shortest rung must keep, 0 to 1.")
    var minimumPrefixShare = PrefixGate.standard.minimumShare

    @Option(
        parsing: .unconditional,
        help: "Share of the serving generation's recall that may be lost at any rung, 0 to 1.")
    var tolerance = GenerationGate.standard.tolerance

    @Flag(help: "Let the new generation serve though it finds less than the one that serves.")
    var force = false

    @Flag(help: "Store the model only, registered: `linden models backfill` embeds the catalogue for it.")
    var register = false

    @Flag(help: "Start from the model that serves, for three tenths of the epochs.")
    var warmStart = false

    @Option(parsing: .unconditional, help: "Minutes to look for better settings before training, such as 30.")
    var search: Double?

    @Option(help: "Read only interactions before this moment: 2026-01-31T00:00:00Z, or seconds since 1970.")
    var until: String?

    func validate() throws {
        guard (0...1).contains(minimumPrefixShare) else {
            throw ValidationError("--minimum-prefix-share is \(minimumPrefixShare). Give a number from 0 to 1.")
        }
        guard (0...1).contains(tolerance) else {
            throw ValidationError("--tolerance is \(tolerance). Give a number from 0 to 1.")
        }
        if let search, !(search > 0 && search <= 100_000) {
            throw ValidationError("--search is \(search). Give minutes, from above 0 to 100000.")
        }
        _ = try self.options()
    }

    private func options() throws -> TrainJob.Options {
        var options = TrainJob.Options()
        options.prefixGate = PrefixGate(minimumShare: minimumPrefixShare)
        options.generationGate = GenerationGate(tolerance: tolerance)
        options.activatesAnyway = force
        options.registersOnly = register
        options.startsWarm = warmStart
        options.weights = try training.interactionWeights()
        options.searchTime = search.map { .seconds(60 * $0) }
        options.until = try until.map(Timestamp.init(argument:))
        return options
    }

    func run() async throws {
        let (configuration, settings) = (try training.configuration(), try common.settings())
        var prepared = try self.options()
        prepared.checkpoints = settings.checkpoints(of: "train")
        let memory = memory
        prepared.memory = { try memory.answer($0) }
        let options = prepared
        let outcome = try await Interruption.run { interruption in
            try await Installation.with(settings) { installation in
                let reporter = TrainingReporter()
                var options = options
                options.planner = try await installation.planner()
                let job = TrainJob(store: installation.bulkStore, configuration: configuration, options: options)
                let outcome = try await job.run(stop: interruption.stopsTraining) { reporter.show($0) }
                reporter.finish()
                return outcome
            }
        }
        if common.json {
            print(outcome.generation.json)
        } else {
            let number = outcome.generation.number
            print(
                outcome.generation.state == .registered
                    ? "\(number) is registered; `linden models plan \(number)` says what embedding the catalogue takes."
                    : "\(number) serves now.")
            for line in GenerationText.rungLines(outcome.generation) { print(line) }
            for line in outcome.comparison.map(GenerationText.lines(of:)) ?? [] { print(line) }
        }
    }
}

/// Shows a training on standard error: a line an epoch, and what comes after.
final class TrainingReporter: Sendable {
    private let line = ProgressLine()

    func show(_ step: TrainJob.Step) {
        switch step {
        case .loading: line.show("Reading the interactions …")
        case .searching(let trial): show(trial)
        case .found(let report):
            line.finish()
            for text in report.lines { Terminal.printError(text) }
        case .training(let progress): show(progress)
        case .judging(let active):
            line.finish()
            line.show("Asking the new model and \(active) for the items that were held out …")
        case .notJudged(let active, let reason):
            line.finish()
            Terminal.printError("Not compared with \(active): \(reason)")
        case .publishing(let users, let items):
            line.finish()
            line.show("Publishing the embeddings of \(users) users and \(items) items …")
        case .calibrating: line.show("Measuring the plans on this catalogue's own queries …")
        }
    }

    private func show(_ trial: TrainingSearch.Trial) {
        let score = trial.score.map { "recall \(Self.rounded($0))" } ?? "no score"
        line.show(
            "Search: candidate \(trial.candidate), \(trial.epochs) epochs, \(score) in \(Int(trial.elapsed / .seconds(1))) s"
        )
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
