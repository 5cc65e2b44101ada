import ArgumentParser
import JSON
import Migrations

/// `linden migrate plan`.
struct MigratePlan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Shows what up would run: the SQL, its locks, and the rows of the tables.")
    @Option(help: "Last version to apply, such as 0002.")
    var to: String?
    @OptionGroup var source: MigrationSource
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let target = try to.map(MigrateCommand.version)
        let plan = try await source.withMigrator(common) { try await $0.plan(to: target) }
        if common.json {
            print(JSONValue.object(["migrations": .array(plan.map(\.json))]))
        } else if plan.isEmpty {
            print("Nothing to do: the schema is there already.")
        } else {
            for migration in plan { for line in migration.lines { print(line) } }
        }
    }
}

extension PlannedMigration {
    fileprivate var json: JSONValue {
        .object([
            "version": .string(version.description), "title": .string(title), "file": .string(file),
            "one_transaction": .bool(isOneTransaction),
            "statements": .array(
                statements.map { statement in
                    .object([
                        "sql": .string(statement.sql), "line": .integer(statement.line),
                        "work": statement.work.map(JSONValue.string), "locks_known": .bool(statement.isKnown),
                        "locks": .array(
                            statement.locks.map { lock in
                                .object([
                                    "table": .string(lock.table), "mode": .string(lock.mode.rawValue),
                                    "holds_up": .string(lock.mode.holdsUp), "rows": lock.rows.map(JSONValue.integer),
                                ])
                            }),
                    ])
                }),
        ])
    }

    fileprivate var lines: [String] {
        ["-- \(file): \(isOneTransaction ? "one transaction" : "statement by statement")"]
            + statements.flatMap { statement in
                statement.notes.map { "-- \($0)" } + [statement.sql + ";", ""]
            }
    }
}

extension PlannedMigration.Statement {
    /// What people should know of it.
    fileprivate var notes: [String] {
        let locks = locks.map { lock in
            let rows = lock.rows.map { "about \($0) rows" } ?? "rows unknown"
            return "\(lock.mode.rawValue) on \(lock.table) (\(rows)): holds up \(lock.mode.holdsUp)"
        }
        let rest = [work.map { "it \($0)" }, isKnown ? nil : "it runs code, which may lock more"].compactMap { $0 }
        return locks + rest
    }
}
