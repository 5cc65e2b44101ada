import ArgumentParser
import Foundation
import JSON
import VectorKernels

/// `linden`: recommendations that spend on a request what the request is worth.
@main
struct LindenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linden",
        abstract: "A recommendation engine that spends on each request what the request is worth.",
        discussion: """
            With no database named in LINDEN_DATABASE_URL, linden.yaml or libpq's PG* variables, a private PostgreSQL \
            runs in the data directory.

            Exit codes: 0 ok, 1 failed, 2 usage, 3 pending, 4 lock busy, 5 verification refused, 130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [
            DemoCommand.self, MigrateCommand.self, ImportCommand.self, TrainCommand.self, EvaluateCommand.self,
            CalibrateCommand.self, ModelsCommand.self, TiersCommand.self, ExperimentsCommand.self, ServeCommand.self,
            RecommendCommand.self,
            PlanCommand.self,
            CapacityCommand.self, BenchmarkCommand.self,
        ]
    )

    static func main() async {
        do {
            try CommandNames.check(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot()
            // A misspelt kernel would otherwise count as none.
            _ = try KernelChoice.asked()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let failure = CommandFailure(error)
            failure.report(asJSON: CommandLine.arguments.contains("--json"))
            Foundation.exit(failure.exitCode)
        }
    }
}
