import ArgumentParser
import Domain
import HTTPAPI
import JSON
import Storage

/// `linden models`: generations.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Lists, builds and checks generations, and chooses the one that serves.",
        subcommands: [
            List.self, ModelsPlanCommand.self, ModelsBackfillCommand.self, ModelsVerifyCommand.self,
            ModelsShadowCommand.self, ModelsBridgeCommand.self,
            ModelsActivateCommand.self, ModelsRollbackCommand.self, ModelsGCCommand.self,
        ])

    /// `linden models list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists all generations, or all training runs, newest first.")
        @Flag(help: "List the training runs: on what, how good, how long, and what came of each.")
        var runs = false
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try common.settings()
            if runs { return try await listRuns(settings) }
            let generations = try await Installation.with(settings) { try await $0.bulkStore.generations() }
            if common.json {
                print(JSONValue.object(["models": .array(generations.map(\.json))]))
                return
            }
            if generations.isEmpty { print("There is no generation yet. `linden train` makes one.") }
            for generation in generations {
                print(GenerationText.headLine(generation))
                for line in GenerationText.rungLines(generation) { print(line) }
            }
        }

        private func listRuns(_ settings: Settings) async throws {
            let runs = try await Installation.with(settings) { try await $0.bulkStore.trainingRuns() }
            if common.json {
                print(JSONValue.object(["runs": .array(try runs.map(TrainingRunText.json(of:)))]))
                return
            }
            if runs.isEmpty { print("Nothing has been trained yet. `linden train` does.") }
            for line in runs.flatMap(TrainingRunText.lines(of:)) { print(line) }
        }
    }
}
