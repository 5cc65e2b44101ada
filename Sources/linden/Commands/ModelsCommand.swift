import ArgumentParser
import Domain
import HTTPAPI
import JSON
import Storage

/// `linden models`: generations.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "Lists generations and chooses the one that serves.",
        subcommands: [List.self, Activate.self])

    /// `linden models list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all generations, newest first.")
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let settings = try common.settings()
            let generations = try await Installation.with(settings) { try await $0.bulkStore.generations() }
            if common.json {
                print(JSONValue.object(["models": .array(generations.map(\.json))]))
                return
            }
            if generations.isEmpty { print("There is no generation yet. `linden train` makes one.") }
            for generation in generations {
                print(
                    "\(generation.number)  \(generation.state.rawValue)  \(generation.users) users  \(generation.items) items"
                )
                for line in GenerationText.rungLines(generation) { print(line) }
            }
        }
    }

    /// `linden models activate`.
    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a generation the one that serves.")
        @Argument(help: "The generation, such as g3.")
        var generation: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            guard let number = GenerationNumber(name: generation) else {
                throw ValidationError("'\(generation)' is not a generation. Give a name such as g3.")
            }
            let settings = try common.settings()
            try await Installation.with(settings) { try await $0.bulkStore.activate(number) }
            print(
                common.json
                    ? JSONValue.object(["active": .string(generation)]).description : "\(generation) serves now.")
        }
    }
}
