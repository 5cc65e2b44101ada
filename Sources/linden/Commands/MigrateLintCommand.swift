import ArgumentParser
import JSON
import Migrations

/// `linden migrate lint`.
struct MigrateLint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Looks for statements that would hurt a database in use; exits with 5 if there are any.",
        discussion: """
            A comment '-- linden:allow RULE REASON' before a statement, or inside it, lets it pass. Needs no database.
            """)
    @Option(help: "Version to begin with, such as 0002.")
    var from: String?
    @Flag(help: "Print the rules, why they are there and what to write instead.")
    var rules = false
    @OptionGroup var source: MigrationSource
    @OptionGroup var common: CommonOptions

    func run() async throws {
        if rules { return printRules() }
        let findings = try source.set().lint(from: try from.map(MigrateCommand.version))
        if common.json {
            print(JSONValue.object(["findings": .array(findings.map(\.json))]))
        } else {
            for finding in findings {
                print("\(finding.file):\(finding.line): \(finding.rule.rawValue): \(finding.subject)")
                print("    \(finding.rule.why)")
                print("    Instead: \(finding.rule.instead)")
            }
            if findings.isEmpty { print("Nothing found.") }
        }
        if !findings.isEmpty { throw ExitCode(5) }
    }

    private func printRules() {
        if common.json {
            print(
                JSONValue.object([
                    "rules": .array(
                        LintRule.allCases.map { rule in
                            .object([
                                "rule": .string(rule.rawValue), "why": .string(rule.why),
                                "instead": .string(rule.instead),
                            ])
                        })
                ]))
        } else {
            for rule in LintRule.allCases { print("\(rule.rawValue)\n    \(rule.why)\n    Instead: \(rule.instead)") }
        }
    }
}

/// `linden migrate new`.
struct MigrateNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Writes the files of a new migration, with the next version.")
    @Argument(help: "Small letters, digits and underscores, such as create_items.")
    var title: String
    @Option(help: "Folder to write into.")
    var dir = "migrations"
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let files = try MigrationSet.addMigration(titled: title, in: dir).map { "\(dir)/\($0)" }
        if common.json {
            print(JSONValue.object(["files": .array(files.map(JSONValue.string))]))
        } else {
            for file in files { print(file) }
        }
    }
}

extension LintFinding {
    fileprivate var json: JSONValue {
        .object([
            "rule": .string(rule.rawValue), "file": .string(file), "line": .integer(line), "subject": .string(subject),
            "why": .string(rule.why), "instead": .string(rule.instead),
        ])
    }
}
