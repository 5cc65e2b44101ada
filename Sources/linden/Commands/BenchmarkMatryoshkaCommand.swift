import ArgumentParser
import ByteStreams
import Domain
import JSON
import OfflineJobs

extension BenchmarkCommand {
    /// `linden benchmark matryoshka`: what short embeddings cost in quality.
    struct Matryoshka: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measures quality by embedding length: a nested model against other ways to short embeddings.",
            discussion: """
                Trains a model for the whole ladder and one for each of its lengths alone; takes as long as all of them. \
                The others: the model of each length; the model of the full length, cut; and the same, cut after PCA of \
                its items. Full ranking as in 'linden evaluate'.
                """)

        @Option(help: "CSV of interactions to train on (.gz too).")
        var train: String

        @Option(help: "CSV of interactions to test on (.gz too).")
        var test: String

        @Option(help: "CSV of items, for their content (.gz too).")
        var items: String?

        @Option(parsing: .unconditional, help: "Items of each ranking that count.")
        var k = 20

        @Option(help: "File for a plot of recall by length.")
        var svg: String?

        @OptionGroup var training: TrainingOptions

        @Flag(help: "Print one JSON value on standard output.")
        var json = false

        func validate() throws {
            guard (1...10_000).contains(k) else { throw ValidationError("--k is \(k). Give 1 to 10000.") }
        }

        func run() async throws {
            let benchmark = try MatryoshkaBenchmark(
                train: ByteSource(argument: train), test: ByteSource(argument: test),
                items: items.map { ByteSource(argument: $0) }, weights: try training.interactionWeights(),
                configuration: try training.configuration(), k: k)
            // A file that cannot be written is refused before hours of training.
            let picture = try svg.map { path in try ReplacementFile(replacing: path) }
            let reporter = MatryoshkaReporter()
            defer { reporter.finish() }
            let report = try await Interruption.run { _ in try await benchmark.run { reporter.show($0) } }
            reporter.finish()
            if let picture {
                try picture.write(Array(report.plot.svg.utf8).span)
                try picture.commit()
            }
            print(json ? report.json.description : report.lines.joined(separator: "\n"))
        }
    }
}

/// Shows on standard error which model is in training, and how far it is.
private final class MatryoshkaReporter: Sendable {
    private let line = ProgressLine()
    private let epochs = TrainingReporter()

    func show(_ step: MatryoshkaBenchmark.Step) {
        switch step {
        case .reading: line.show("Reading the interactions …")
        case .beginning(let model, let count, let ladder):
            line.show("Model \(model) of \(count), for \(ladder) dimensions")
            line.finish()
        case .training(let progress): epochs.show(progress)
        case .ranking(let method): line.show("Ranking all items for the test users: \(method.name) …")
        }
    }

    func finish() { line.finish() }
}
