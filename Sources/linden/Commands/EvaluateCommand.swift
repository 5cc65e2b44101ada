import ArgumentParser
import ByteStreams
import Datasets
import Domain
import Evaluation
import JSON
import OfflineJobs
import Training

/// `linden evaluate`: trains on one part of the interactions, tests on another; no database.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Trains on one part of the interactions and tests on another, without a database.",
        discussion: """
            Every item that the user is not known to have met competes, never a sample. recall@k is hits over the user's test \
            items, averaged over users with test items. Protocols: full-ranking takes a file for each part; leave-last-out \
            tests on each user's last item in time, with the one before it for validation; global-split tests on all that \
            happened after --test-after; cold-items ranks a tenth of the items that training never saw, by their content; \
            cold-users serves a tenth of the users from their first five interactions. The first three, when they were \
            killed, go on from the training's last checkpoint when they are given again.
            """)

    @Option(help: "CSV of interactions to train on, or to split (.gz too).")
    var train: String

    @Option(help: "CSV of interactions to test on (.gz too); full-ranking only.")
    var test: String?

    @Option(help: "CSV of interactions between training and test, also measured on (.gz too); full-ranking only.")
    var validation: String?

    @Option(help: "CSV of items, for their content (.gz too).")
    var items: String?

    @Option(parsing: .unconditional, help: "Items of each ranking that count.")
    var k = 20

    @Option(parsing: .unconditional, help: "Also measure on the test items with this rating or a higher one alone.")
    var liked: Float?

    @Option(help: "How the parts come to be: \(EvaluateCommand.protocols).")
    var `protocol` = "full-ranking"

    @Option(
        help:
            "The last moment that is trained on, or the share of interactions up to it, such as 0.8; global-split only."
    )
    var testAfter: String?

    @Option(help: "Column of --train that has an order instead of times; rows where it is empty are left out.")
    var orderColumn: String?

    @Option(help: "Names of the interactions' columns, where they are not ours: user_id=uid,item_id=iid.")
    var columns: String?

    @Option(parsing: .unconditional, help: "Rows of each file of interactions that may be bad.")
    var maxBadRows = 0

    @OptionGroup var training: TrainingOptions
    @OptionGroup var memory: MemoryOptions

    @Option(help: "Where the training keeps its checkpoint; as of the other commands.")
    var dataDir: String?

    @Flag(help: "Print one JSON value on standard output.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(k) else { throw ValidationError("--k is \(k). Give 1 to 10000.") }
        guard maxBadRows >= 0 else { throw ValidationError("--max-bad-rows is negative. Give 0 or more.") }
        try refuseUnread()
        if ColdStartJob.Subject(rawValue: `protocol`) == nil { _ = try rule() }
    }

    private static var protocols: String {
        (EvaluationProtocol.names + ColdStartJob.Subject.allCases.map(\.rawValue)).joined(separator: ", ")
    }

    /// Refuses files and moments that the protocol has no use for.
    private func refuseUnread() throws {
        for (option, isGiven) in [("--test", test != nil), ("--validation", validation != nil)]
        where isGiven && `protocol` != "full-ranking" {
            throw ValidationError("\(`protocol`) splits --train by itself. Leave out \(option), or use full-ranking.")
        }
        if liked != nil && ColdStartJob.Subject(rawValue: `protocol`) != nil {
            throw ValidationError("--liked goes with the protocols that have test items, not with \(`protocol`).")
        }
        if testAfter != nil && `protocol` != "global-split" {
            throw ValidationError("--test-after goes with --protocol global-split only.")
        }
    }

    /// The protocol with what belongs to it, and nothing that does not.
    private func rule() throws -> EvaluationProtocol {
        switch `protocol` {
        case "full-ranking":
            guard let test else {
                throw ValidationError(
                    "full-ranking needs the interactions to find. Give --test FILE, or a protocol that splits --train: "
                        + "leave-last-out or global-split.")
            }
            return .fullRanking(
                test: ByteSource(argument: test), validation: validation.map { ByteSource(argument: $0) })
        case "leave-last-out":
            return .leaveLastOut
        case "global-split":
            guard let testAfter else {
                throw ValidationError("global-split needs --test-after: a moment, or a share such as 0.8.")
            }
            guard orderColumn == nil else {
                throw ValidationError("global-split needs moments, which --order-column has not. Use leave-last-out.")
            }
            do {
                return .globalSplit(try TestCut(argument: testAfter))
            } catch {
                throw ValidationError("--test-after: \(error)")
            }
        default:
            throw ValidationError("There is no protocol '\(`protocol`)'. Use one of \(Self.protocols).")
        }
    }

    func run() async throws {
        let (configuration, weights) = (try training.configuration(), try training.interactionWeights())
        let options = ReadOptions(
            columns: try columns.map { try ColumnMapping($0) } ?? .none, orderColumn: orderColumn,
            allowedBadRows: maxBadRows)
        if let subject = ColdStartJob.Subject(rawValue: `protocol`) {
            let job = ColdStartJob(
                subject, train: ByteSource(argument: train), items: items.map { ByteSource(argument: $0) },
                options: options, weights: weights, configuration: configuration, k: k)
            let report = try await Interruption.run { _ in
                let reporter = TrainingReporter()
                return try await job.run { reporter.show($0) }
            }
            return json ? print(report.json) : report.lines.forEach { print($0) }
        }
        let settings = try Settings(overrides: Settings.Overrides(dataDirectory: dataDir))
        let job = EvaluationJob(
            train: ByteSource(argument: train), items: items.map { ByteSource(argument: $0) }, rule: try rule(),
            options: options, weights: weights, likedFrom: liked, configuration: configuration, k: k,
            checkpoints: settings.checkpoints(of: "evaluate"))
        let memory = memory
        let report = try await Interruption.run { _ in
            let reporter = TrainingReporter()
            return try await job.run(memory: { try memory.answer($0) }, progress: { reporter.show($0) })
        }
        if json {
            print(report.json)
        } else {
            for line in report.lines { print(line) }
        }
    }
}
