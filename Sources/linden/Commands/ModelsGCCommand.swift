import ArgumentParser
import Domain
import JSON
import OfflineJobs
import Storage

/// `linden models gc`.
struct ModelsGCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Drops retired generations: their embeddings and models; their records stay.",
        discussion: """
            Without a name, all retired ones but the last --keep go, the one that `rollback` would go back to among those kept \
            first. With one, that generation goes, whatever its state, unless it serves: a model that nobody wants, or a \
            backfill that is given up.
            """)
    @Argument(help: "The one generation to drop, such as g3; none drops retired ones.")
    var generation: String?
    @Option(parsing: .unconditional, help: "Retired generations that are kept.")
    var keep = 1
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard keep >= 0 else { throw ValidationError("--keep is \(keep). Give a number from 0 up.") }
        _ = try number()
    }

    private func number() throws -> GenerationNumber? {
        try generation.map { name in
            guard let number = GenerationNumber(name: name) else {
                throw ValidationError("'\(name)' is not a generation. Give a name such as g3.")
            }
            return number
        }
    }

    func run() async throws {
        let (settings, number) = (try common.settings(), try number())
        let dropped = try await Installation.with(settings) { installation in
            let collection = GenerationCollection(store: installation.bulkStore)
            guard let number else { return try await collection.dropRetired(keeping: keep) }
            try await installation.bulkStore.drop(number)
            return [number]
        }
        if common.json {
            print(JSONValue.object(["dropped": .array(dropped.map { .string("\($0)") })]))
        } else {
            let names = dropped.map(\.description).joined(separator: ", ")
            print(dropped.isEmpty ? "There is nothing to drop." : "Dropped \(names).")
        }
    }
}
