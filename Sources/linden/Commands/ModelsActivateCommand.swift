import ArgumentParser
import Domain
import JSON
import Storage

/// The generation that a command is about.
struct GenerationArgument: ParsableArguments {
    @Argument(
        help: "The generation, such as g3.",
        transform: { name in
            guard let number = GenerationNumber(name: name) else {
                throw ValidationError("'\(name)' is not a generation. Give a name such as g3.")
            }
            return number
        })
    var number: GenerationNumber
}

/// `linden models activate`.
struct ModelsActivateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Makes a checked or a retired generation the one that serves.",
        discussion: "Serving nodes change over between two requests; the generation before is kept for `rollback`.")
    @OptionGroup var generation: GenerationArgument
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try common.settings()
        try await Installation.with(settings) { try await $0.bulkStore.activate(generation.number) }
        ModelsText.printActive(generation.number, asJSON: common.json)
    }
}

/// `linden models rollback`.
struct ModelsRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Makes the generation serve that served before.",
        discussion: "Again and it goes one further back. Nothing is embedded or loaded anew.")
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let settings = try common.settings()
        let number = try await Installation.with(settings) { try await $0.bulkStore.rollback() }
        ModelsText.printActive(number, asJSON: common.json)
    }
}

/// What the commands about generations print alike.
enum ModelsText {
    static func printActive(_ number: GenerationNumber, asJSON: Bool) {
        print(
            asJSON ? JSONValue.object(["active": .string("\(number)")]).description : "\(number) serves now.")
    }
}
