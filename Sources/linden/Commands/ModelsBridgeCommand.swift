import ArgumentParser
import Domain
import Foundation
import JSON
import OfflineJobs
import Storage

/// `linden models bridge`.
struct ModelsBridgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bridge",
        abstract: "Measures what a generation under way finds together with the one that serves.",
        discussion: """
            Of the items that both have embedded, a tenth, half and nine tenths count as embedded by the new one; it asks for \
            users' held-out items and compares with what the new generation finds once all is embedded. The other items are met \
            by the user vector of the old tower, or turned into the new space by an orthogonal map that is fitted on the \
            embedded ones, or left out. Nothing is written.
            """)
    @OptionGroup var generation: GenerationArgument
    @Option(parsing: .unconditional, help: "Items that are ranked, at most.")
    var items = BridgeJob.Options().items
    @Option(parsing: .unconditional, help: "Threads that embed users.")
    var threads = 1
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...10_000_000).contains(items), (1...256).contains(threads) else {
            throw ValidationError(
                "--items is \(items), --threads \(threads). Give 1 to 10000000 items and 1 to 256 threads.")
        }
    }

    func run() async throws {
        let (settings, number) = (try common.settings(), generation.number)
        var options = BridgeJob.Options()
        (options.items, options.threads) = (items, threads)
        let prepared = options
        let report = try await Interruption.run { _ in
            try await Installation.with(settings) {
                try await BridgeJob(store: $0.bulkStore, options: prepared).run(number)
            }
        }
        if common.json { print(report.json) } else { report.lineTexts.forEach { print($0) } }
    }
}

extension BridgeReport {
    fileprivate var json: JSONValue {
        let numbers = { (values: [Double]) in JSONValue.array(values.map(JSONValue.number)) }
        return .object([
            "generation": .string("\(generation)"), "active": .string("\(active)"),
            "embedded": .integer(embedded), "catalogue": .integer(catalogue), "items": .integer(items),
            "users": .integer(users), "k": .integer(k),
            "rungs": .array(ladder.rungs.map(JSONValue.integer)), "recall": numbers(whole),
            "lines": .array(
                lines.map { line in
                    .object([
                        "share": .number(line.share), "way": .string(line.way.rawValue),
                        "recall": numbers(line.recall), "overlap": numbers(line.overlap),
                    ])
                }),
        ])
    }

    fileprivate var lineTexts: [String] {
        var table = TextTable(columns: ["embedded", "the others"] + ladder.rungs.map { "\($0) dims" }, fromLeft: [1])
        for line in lines {
            let cells = zip(kept(line), line.overlap).map { kept, overlap in
                (kept.isFinite ? String(format: "%.1f %%", 100 * kept) : "-") + String(format: " (%.2f)", overlap)
            }
            table.append([String(format: "%.0f %%", 100 * line.share), text(of: line.way)] + cells)
        }
        let recalls = zip(ladder.rungs, whole).map { "\($0): " + String(format: "%.4f", $1) }.joined(separator: "  ")
        let share = 100 * Double(embedded) / Double(max(1, catalogue))
        return [
            "\(generation) has embedded \(embedded) of \(catalogue) items (\(String(format: "%.0f", share)) %); \(active) serves.",
            "Asked for \(users) users' held-out items among \(items) that both have.",
            "recall@\(k) of \(generation) once all are embedded  \(recalls)",
            "What is kept of it while so many are, and the overlap of the first \(k):",
        ] + table.lines
    }

    private func text(of way: Way) -> String {
        switch way {
        case .ownTower: "met in \(active), by its user tower"
        case .mapped: "turned into \(generation)'s space"
        case .leftOut: "left out"
        }
    }
}
