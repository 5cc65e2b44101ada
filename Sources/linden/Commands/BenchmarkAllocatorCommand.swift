import ArgumentParser
import ByteStreams
import Domain
import JSON
import OfflineJobs

extension BenchmarkCommand {
    /// `linden benchmark allocator`: what sharing a capacity out by value is worth.
    struct Allocator: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measures value-weighted recall by spend: the allocator against budgets that are alike for all.",
            discussion: """
                Trains on all of the interactions; half of the users say what plans find and cost, requests of the others \
                are replayed. A request stands for an interaction, drawn with equal chances, and is worth 2^rating - 1; \
                where there are no ratings they are drawn as MovieLens 100K has them.
                """)

        @Option(help: "CSV of interactions (.gz too).")
        var train: String

        @Option(help: "CSV of items, for their content (.gz too).")
        var items: String?

        @Option(parsing: .unconditional, help: "Users measured at most.")
        var queries = AllocatorBenchmark.Settings().queries

        @Option(parsing: .unconditional, help: "Recall of the uniform plan: the cheapest that reaches it is 100 %.")
        var recall = AllocatorBenchmark.Settings().recall

        @OptionGroup var training: TrainingOptions

        @Flag(help: "Print one JSON value on standard output.")
        var json = false

        func validate() throws {
            guard (1...1_000_000).contains(queries) else {
                throw ValidationError("--queries is \(queries). Give 1 to 1000000.")
            }
            guard recall > 0, recall <= 1 else { throw ValidationError("--recall is \(recall). Give 0.01 to 1.") }
        }

        func run() async throws {
            var settings = AllocatorBenchmark.Settings()
            settings.queries = queries
            settings.recall = recall
            let benchmark = AllocatorBenchmark(
                train: ByteSource(argument: train), items: items.map { ByteSource(argument: $0) },
                weights: try training.interactionWeights(), configuration: try training.configuration(),
                settings: settings)
            let reporter = AllocatorReporter()
            defer { reporter.finish() }
            let report = try await Interruption.run { _ in try await benchmark.run { reporter.show($0) } }
            reporter.finish()
            print(json ? report.json.description : report.lines.joined(separator: "\n"))
        }
    }
}

/// Shows on standard error what is under way.
private final class AllocatorReporter: Sendable {
    private let line = ProgressLine()
    private let epochs = TrainingReporter()

    func show(_ step: AllocatorBenchmark.Step) {
        switch step {
        case .reading: line.show("Reading the interactions …")
        case .training(let progress): epochs.show(progress)
        case .measuring(let queries): line.show("Measuring: \(queries) queries …")
        case .replaying: line.show("Replaying …")
        }
    }

    func finish() { line.finish() }
}
