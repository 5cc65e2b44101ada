import ArgumentParser
import Domain
import Foundation
import JSON
import Serving
import Storage
import Training

extension BenchmarkCommand {
    /// `linden benchmark budgets`: whether budgets are kept, and how near to its plan a request spends.
    struct Budgets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Asks the active generation at random, and holds each answer to its budget.",
            discussion: """
                Requests of stored and unknown users, of items, sessions and vectors, for 1 to 20 items, under all tiers, filtered \
                or not. Fails when one spends more than its budget, has fewer items than are allowed, or is refused though its \
                budget pays the floor.
                """)

        @Option(parsing: .unconditional, help: "Requests.")
        var cases = 1_000_000

        @Option(parsing: .unconditional, help: "Seed of the requests.")
        var seed: UInt64 = 1

        @Option(parsing: .unconditional, help: "Stored users that requests are for, at most.")
        var users = 500

        @Option(help: "Categories that filters ask for, with commas between.")
        var categories: String?

        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...1_000_000_000).contains(cases) else {
                throw ValidationError("--cases is \(cases). Give 1 to 1000000000.")
            }
            guard (1...100_000).contains(users) else { throw ValidationError("--users is \(users). Give 1 to 100000.") }
        }

        func run() async throws {
            let (settings, command) = (try common.settings(), self)
            let report = try await Interruption.run { _ in
                try await Installation.with(settings) { try await command.measured($0) }
            }
            print(common.json ? report.json.description : report.lines.joined(separator: "\n"))
            guard report.isSound else { throw ExitCode.failure }
        }

        private func measured(_ installation: Installation) async throws -> BudgetTrial.Report {
            let line = ProgressLine()
            defer { line.finish() }
            let service = try await installation.service()
            guard let generation = service.generation else { throw RequestError.noGeneration }
            let sample = try await installation.bulkStore.sampleOfUsers(in: generation.number, atMost: users)
            let trial = try await BudgetTrial(
                service, users: sample.users,
                categories: categories?.split(separator: ",").map(String.init) ?? [])
            var generator = SeededGenerator(seed: seed)
            return try await trial.run(cases: cases, using: &generator) { done in
                line.show("\(done) of \(cases) requests …")
            }
        }
    }
}

extension BudgetTrial.Report {
    fileprivate var isSound: Bool { overspent == 0 && invalid == 0 && wronglyRefused == 0 }

    fileprivate var lines: [String] {
        func percent(_ share: Double?) -> String { share.map { String(format: "%.2f %%", 100 * $0) } ?? "unknown" }
        return [
            "\(answered + refused) requests: \(answered) answered, \(atFloor) of them with popular items for want of budget; "
                + "\(refused) refused",
            "overspent \(overspent), short of items or with wrong ones \(invalid), refused though the floor was paid "
                + "\(wronglyRefused)",
            "spent of what measured plans planned: median \(percent(medianRatio)); half are within \(percent(medianDeviation))",
        ]
    }

    fileprivate var json: JSONValue {
        [
            "cases": .integer(answered + refused), "answered": .integer(answered), "popular": .integer(atFloor),
            "refused": .integer(refused), "overspent": .integer(overspent), "invalid": .integer(invalid),
            "wrongly_refused": .integer(wronglyRefused),
            "median_spent_of_planned": medianRatio.map(JSONValue.number) ?? .null,
            "median_deviation": medianDeviation.map(JSONValue.number) ?? .null,
        ]
    }
}
