import ArgumentParser
import Domain
import Foundation
import JSON
import OfflineJobs
import Storage

/// `linden models verify`.
struct ModelsVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Measures a built generation; what keeps all bounds is verified and may serve.",
        discussion:
            "What does not is refused with exit code 5 and the name of the measure. Items that came or changed after "
            + "they were embedded are taken up first.")
    @OptionGroup var generation: GenerationArgument
    @Option(
        parsing: .unconditional, help: "Share of exact search's first ten that each rung must find with a shortlist.")
    var minimumRecall = VerificationJob.Options().prefixRecall
    @Option(parsing: .unconditional, help: "Megabytes that a serving node has for it. (default: what is free here)")
    var memoryMb: Int?
    @Option(
        parsing: .unconditional,
        help: "Milliseconds that a core may work for 99 in a hundred requests by the dearest shipped plan.")
    var p99Ms = VerificationJob.Options().latency / .milliseconds(1)
    @Option(parsing: .unconditional, help: "Threads.")
    var threads = 1
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard p99Ms > 0, p99Ms <= 60_000 else {
            throw ValidationError("--p99-ms is \(p99Ms). Give milliseconds above 0, 60000 at most.")
        }
        guard (0...1).contains(minimumRecall) else {
            throw ValidationError("--minimum-recall is \(minimumRecall). Give a number from 0 to 1.")
        }
        guard (1...256).contains(threads) else { throw ValidationError("--threads is \(threads). Give 1 to 256.") }
        if let memoryMb, !(1...1_000_000_000).contains(memoryMb) {
            throw ValidationError("--memory-mb is \(memoryMb). Give a number from 1 up.")
        }
    }

    func run() async throws {
        let (settings, number) = (try common.settings(), generation.number)
        var options = VerificationJob.Options()
        (options.prefixRecall, options.threads) = (minimumRecall, threads)
        options.memory = memoryMb.map { $0 * 1_000_000 }
        options.latency = .milliseconds(p99Ms)
        let prepared = options
        let report = try await Interruption.run { _ in
            try await Installation.with(settings) {
                try await VerificationJob(store: $0.bulkStore, options: prepared).run(number)
            }
        }
        GateText.show(
            report, asJSON: common.json, end: "\(number) is verified; `linden models shadow \(number)` compares it.")
    }
}

/// `linden models shadow`.
struct ModelsShadowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shadow", abstract: "Asks a verified generation and the one that serves the same stored requests.",
        discussion: "What differs beyond the bounds is refused with exit code 5 and the name of the measure.")
    @OptionGroup var generation: GenerationArgument
    @Option(parsing: .unconditional, help: "Share of the serving generation's first ten that it must give too, 0 to 1.")
    var minimumOverlap = ShadowJob.Options().overlap
    @Option(parsing: .unconditional, help: "Share of nDCG@10 on held-out items that may be lost beyond chance, 0 to 1.")
    var ndcgLoss = ShadowJob.Options().ndcgLoss
    @Option(parsing: .unconditional, help: "Users that are asked for, at most.")
    var requests = ShadowJob.Options().requests
    @Option(parsing: .unconditional, help: "Threads.")
    var threads = 1
    @OptionGroup var common: CommonOptions

    func validate() throws {
        for (name, value) in [("--minimum-overlap", minimumOverlap), ("--ndcg-loss", ndcgLoss)]
        where !(0...1).contains(value) {
            throw ValidationError("\(name) is \(value). Give a number from 0 to 1.")
        }
        guard requests > 0, (1...256).contains(threads) else {
            throw ValidationError("--requests is \(requests), --threads \(threads). Give 1 or more, threads up to 256.")
        }
    }

    func run() async throws {
        let (settings, number) = (try common.settings(), generation.number)
        var options = ShadowJob.Options()
        (options.overlap, options.ndcgLoss) = (minimumOverlap, ndcgLoss)
        (options.requests, options.threads) = (requests, threads)
        let prepared = options
        let report = try await Interruption.run { _ in
            try await Installation.with(settings) {
                try await ShadowJob(store: $0.bulkStore, options: prepared).run(number)
            }
        }
        GateText.show(
            report, asJSON: common.json, end: "\(number) is ready; `linden models activate \(number)` makes it serve.")
    }
}

/// What a gate measured, as commands print it.
enum GateText {
    static func show(_ report: GateReport, asJSON: Bool, end: String) {
        if asJSON {
            let measures = report.measures.map { measure in
                JSONValue.object([
                    "name": .string(measure.name), "value": .number(measure.value), "bound": .number(measure.bound),
                    "side": .string(measure.side == .atLeast ? "at_least" : "at_most"), "note": .string(measure.note),
                ])
            }
            print(
                JSONValue.object([
                    "generation": .string("\(report.generation)"), "passed": .bool(report.refusal == nil),
                    "measures": .array(measures), "notes": .array(report.notes.map(JSONValue.string)),
                ]))
            return
        }
        for measure in report.measures {
            let relation = measure.side == .atLeast ? ">=" : "<="
            print(
                "  " + measure.name.padding(toLength: 18, withPad: " ", startingAt: 0)
                    + String(format: "%12.4f %@ %.4f  ", measure.value, relation, measure.bound) + measure.note)
        }
        for note in report.notes { print("  " + note) }
        print(end)
    }
}
