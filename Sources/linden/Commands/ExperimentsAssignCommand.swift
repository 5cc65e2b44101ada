import ArgumentParser
import Experiments
import Foundation
import HTTPAPI
import JSON
import Serving

/// `linden experiments assign`.
struct ExperimentsAssignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Says which arm units get, and why.",
        discussion: """
            With --units, a line for each unit and layer: unit, layer, bucket, experiment, arm, tier, reason, by tabs. With \
            --tiers it needs no database.
            """)
    @Argument(help: "A unit, such as a user's id.")
    var unit: String?
    @Option(help: "File with a unit a line; - is standard input.")
    var units: String?
    @Option(help: "The experiment whose layer is asked; the first one by default.")
    var experiment: String?
    @Option(name: .customLong("tiers"), help: "A document in place of the one that holds.")
    var document: String?
    @Option(
        help: ArgumentHelp(
            "What the request says of itself, such as country=DE; more than once.", valueName: "name=value"))
    var context: [String] = []
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (unit == nil) != (units == nil) else {
            throw ValidationError("Give one unit, or a file of units with --units.")
        }
    }

    func run() async throws {
        let attributes = try context.map { text in
            let pair = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { throw ValidationError("--context has '\(text)'. Give such as country=DE.") }
            let value: AttributeValue =
                Bool(pair[1]).map(AttributeValue.bool) ?? Double(pair[1]).map(AttributeValue.number) ?? .text(pair[1])
            return AssignmentContext.Attribute(name: pair[0], value: value)
        }
        let asked = AssignmentContext(attributes: attributes)
        let configuration = try await tiers()
        if let unit {
            guard let key = experiment ?? configuration.experiments.first?.key else {
                throw NoSuchExperiment(key: experiment ?? "", known: [])
            }
            let assignment = try TiersInForce(configuration).assignment(of: Array(unit.utf8), in: key, context: asked)
            print(common.json ? assignment.json.description : assignment.line)
            return
        }
        let table = AssignmentTable(configuration)
        let file = units ?? "-"
        let text =
            file == "-"
            ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: file))
        let defaultTier = configuration.tierName(inScene: nil)
        var lines: [UInt8] = []
        for unit in text.split(separator: UInt8(ascii: "\n")) {
            let bytes = Array(unit)
            for assignment in table.assign(AssignmentUnits(user: bytes, session: bytes), context: asked) {
                lines += Array(
                    assignment.line(unit: String(decoding: bytes, as: UTF8.self), defaultTier: defaultTier).utf8)
                lines.append(UInt8(ascii: "\n"))
            }
        }
        FileHandle.standardOutput.write(Data(lines))
    }

    private func tiers() async throws -> TierConfiguration {
        if let document { return try TierDocument(file: document).configuration }
        let settings = try common.settings()
        return try await Installation.with(settings) { try await $0.tierPublisher().active()?.configuration }
            ?? .shipped
    }
}

extension UnitAssignment {
    /// The assignment in words.
    fileprivate var line: String {
        let place = assignment.bucket.map { "bucket \($0) of layer \(assignment.layer)" } ?? "layer \(assignment.layer)"
        let arm = assignment.arm.map { "arm \($0) of \(assignment.experiment ?? "")" } ?? "no arm"
        return "\(unit): \(arm), tier \(tier), \(assignment.reason.rawValue) (\(place))"
    }
}
