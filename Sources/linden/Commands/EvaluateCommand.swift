import ArgumentParser
import ByteStreams
import Datasets
import Domain
import JSON
import OfflineJobs
import Training

/// `linden evaluate`: trains on one file, tests on another; no database.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Trains on one file and tests on the other, without a database.",
        discussion: """
            Full ranking: every item of the training file that the user has no interaction with there competes; recall@k \
            is hits over the user's test items, averaged over users with test items.
            """)

    @Option(help: "CSV of interactions to train on (.gz too).")
    var train: String

    @Option(help: "CSV of interactions to test on (.gz too).")
    var test: String

    @Option(help: "CSV of items, for their content (.gz too).")
    var items: String?

    @Option(parsing: .unconditional, help: "Items of each ranking that count.")
    var k = 20

    @Option(help: "How items compete; only full-ranking.")
    var `protocol` = "full-ranking"

    @OptionGroup var training: TrainingOptions

    @Flag(help: "Print one JSON value on standard output.")
    var json = false

    func validate() throws {
        guard `protocol` == "full-ranking" else {
            throw ValidationError("There is no protocol '\(`protocol`)'. Use full-ranking.")
        }
        guard (1...10_000).contains(k) else { throw ValidationError("--k is \(k). Give 1 to 10000.") }
    }

    func run() async throws {
        let configuration = try training.configuration()
        let job = EvaluationJob(
            train: ByteSource(argument: train), test: ByteSource(argument: test),
            items: items.map { ByteSource(argument: $0) }, configuration: configuration, k: k)
        let report = try await Interruption.run { _ in
            let reporter = TrainingReporter()
            return try await job.run { reporter.show($0) }
        }
        if json {
            print(report.json(seed: configuration.seed))
        } else {
            for line in report.lines { print(line) }
        }
    }
}
