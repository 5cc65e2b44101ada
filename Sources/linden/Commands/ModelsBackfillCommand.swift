import ArgumentParser
import Domain
import Foundation
import JSON
import OfflineJobs
import Storage

/// How much of the capacity a backfill takes.
struct ShareOption: ParsableArguments {
    @Option(
        parsing: .unconditional, help: "Share of the time that is worked, above 0 and up to 1; the rest is others'.")
    var share = 0.5

    func validate() throws {
        guard share > 0, share <= 1 else {
            throw ValidationError("--share is \(share). Give a number above 0 and up to 1.")
        }
    }
}

/// `linden models plan`.
struct ModelsPlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Says what embedding the catalogue for a generation takes, before it is begun.",
        discussion: "It embeds a sample and writes it for trial; nothing is left of that.")
    @OptionGroup var generation: GenerationArgument
    @OptionGroup var speed: ShareOption
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let (settings, number, share) = (try common.settings(), generation.number, speed.share)
        let price = try await Interruption.run { _ in
            try await Installation.with(settings) {
                try await BackfillPrice(of: number, store: $0.bulkStore, share: share)
            }
        }
        let seconds = price.expected / .seconds(1)
        if common.json {
            print(
                JSONValue.object([
                    "generation": .string("\(price.generation)"), "items": .integer(price.items),
                    "users": .integer(price.users), "bytes": .integer(price.bytes),
                    "cpu_seconds": .number(price.cpuSeconds), "busy_seconds": .number(price.busySeconds),
                    "share": .number(price.share), "expected_seconds": .number(seconds),
                    "sampled_items": .integer(price.sampledItems), "sampled_users": .integer(price.sampledUsers),
                ]))
            return
        }
        print(
            """
            \(price.generation): \(price.items) items and \(price.users) users to embed
              bytes in PostgreSQL  \(String(format: "%.1f", Double(price.bytes) / 1e6)) MB
              CPU                  \(String(format: "%.1f", price.cpuSeconds)) s of one core
              expected duration    \(String(format: "%.0f", seconds)) s at a share of \(price.share)
            Reckoned from \(price.sampledItems) items and \(price.sampledUsers) users that were embedded and written for trial.
            """)
    }
}

/// `linden models backfill`.
struct ModelsBackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Embeds the stored catalogue and users for a registered generation.",
        discussion: """
            In short batches with rests between them, each kept with the note of how far it came: stopped or killed, it goes on \
            behind the last one when the command is given again. What it embeds is fixed when it begins; items that change \
            meanwhile are taken up at the end.
            """)
    @OptionGroup var generation: GenerationArgument
    @OptionGroup var speed: ShareOption
    @Option(parsing: .unconditional, help: "Threads that share the users of a batch.")
    var threads = 1
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...256).contains(threads) else { throw ValidationError("--threads is \(threads). Give 1 to 256.") }
    }

    func run() async throws {
        let (settings, number) = (try common.settings(), generation.number)
        var options = BackfillJob.Options()
        (options.share, options.threads) = (speed.share, threads)
        let prepared = options
        let outcome = try await Interruption.run { _ in
            try await Installation.with(settings) { installation in
                let line = ProgressLine()
                defer { line.finish() }
                return try await BackfillJob(store: installation.bulkStore, options: prepared).run(number) {
                    line.show(Self.text($0))
                }
            }
        }
        let (longest, percentile) = (outcome.longestBatch / .milliseconds(1), outcome.percentile99 / .milliseconds(1))
        if common.json {
            print(
                JSONValue.object([
                    "generation": .string("\(number)"), "state": .string(outcome.generation.state.rawValue),
                    "items": .integer(outcome.generation.items), "users": .integer(outcome.generation.users),
                    "batches": .integer(outcome.batches), "longest_batch_ms": .number(longest),
                    "p99_batch_ms": .number(percentile), "caught_up": .integer(outcome.caughtUp),
                    "resumed_at": .integer(outcome.resumedAt), "seconds": .number(outcome.elapsed / .seconds(1)),
                ]))
            return
        }
        print(
            "\(number) is built: \(outcome.generation.items) items, \(outcome.generation.users) users, "
                + String(
                    format: "%d batches of at most %.0f ms (99 %% within %.0f), %.1f s", outcome.batches, longest,
                    percentile, outcome.elapsed / .seconds(1))
                + "; \(outcome.caughtUp) changed items taken up. `linden models verify \(number)` checks it.")
    }

    private static func text(_ step: BackfillJob.Step) -> String {
        switch step {
        case .embedding(let items, let users):
            let (done, total) = (items.done + users.done, max(1, items.total + users.total))
            return ProgressLine.bar(Double(done) / Double(total))
                + "  \(items.done)/\(items.total) items  \(users.done)/\(users.total) users"
        case .reading(let items): return "Reading the catalogue for the users' histories: \(items) items …"
        case .catchingUp(let changes): return "Taking up \(changes) items that changed meanwhile …"
        case .finishing: return "Counting …"
        }
    }
}
