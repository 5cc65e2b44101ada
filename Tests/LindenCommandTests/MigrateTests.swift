import Foundation
import Testing

@Suite("linden migrate", .timeLimit(.minutes(10)))
struct MigrateTests {
    private func write(_ files: [String: String], _ linden: LindenProcess) throws {
        try FileManager.default.createDirectory(
            at: linden.folder.appendingPathComponent("m"), withIntermediateDirectories: true)
        for (name, text) in files { try linden.write(text, to: "m/\(name)") }
    }

    @Test("takes a folder of another project from new to verified and back, in JSON too")
    func wholeWay() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            func migrate(_ arguments: String...) async throws -> LindenProcess.Outcome {
                try await linden.run(["migrate"] + arguments + ["--dir", "m"], environment: environment)
            }
            let new = try await migrate("new", "items", "--json")
            #expect(new.output == "{\"files\":[\"m/0001_items.up.sql\",\"m/0001_items.down.sql\"]}\n")
            #expect(try await migrate("status").errors.contains("0001_items.down.sql holds no statement"))
            try write(
                [
                    "0001_items.up.sql": "CREATE TABLE item (x int);", "0001_items.down.sql": "DROP TABLE item;",
                    "0001_items.verify.sql": "SELECT to_regclass('item') IS NOT NULL;",
                    "0002_index.up.sql": "CREATE INDEX item_x ON item (x);",
                ], linden)
            let lint = try await migrate("lint")
            #expect(
                lint.exitCode == 5 && lint.output.contains("0002_index.up.sql:1: require-concurrent-index-creation"))
            #expect(try await migrate("up", "--to", "1", "--wait", "1s").output == "Migrations applied: 0001.\n")
            let plan = try await migrate("plan")
            #expect(plan.output.contains("-- SHARE on public.item (about ") && plan.output.contains("holds up writers"))
            #expect(try await migrate("up", "--json").output == "{\"applied\":[\"0002\"],\"rebuilt\":[]}\n")
            let verified = try await migrate("verify", "--json")
            #expect(verified.exitCode == 0 && verified.output.hasPrefix("{\"sound\":true,"), "\(verified.output)")
            try write(["0001_items.verify.sql": "SELECT false;"], linden)
            let refused = try await migrate("verify")
            #expect(refused.exitCode == 5 && refused.output.contains("0001_items.verify.sql, line 1: it is not true"))
            let down = try await migrate("down")
            #expect(down.exitCode == 1 && down.errors.contains("Migration 0002_index has no down file."))
        }
    }

    @Test("refuses bad folders and arguments before it asks a database")
    func badInput() async throws {
        try await LindenProcess.with { linden in
            let nowhere = ["PGHOST": "/nowhere"]
            func errors(_ arguments: String...) async throws -> (Int32, String) {
                let outcome = try await linden.run(["migrate"] + arguments, environment: nowhere)
                return (outcome.exitCode, outcome.errors)
            }
            try write(["0001_a.up.sql": "SELECT 1;", "0001_b.up.sql": "SELECT 1;"], linden)
            let two = try await errors("up", "--dir", "m")
            #expect(two.0 == 1 && two.1.contains("0001_a.up.sql") && two.1.contains("0001_b.up.sql"))
            let time = try await errors("up", "--wait", "soon")
            #expect(time.0 == 2 && time.1.contains("'soon' is not a time."))
            let title = try await errors("new", "Add Items")
            #expect(title.0 == 2 && title.1.contains("is no title."))
            let away = try await errors("up", "--wait", "200ms")
            #expect(away.0 == 1 && away.1.contains("No PostgreSQL server answers at /nowhere"))
        }
    }
}
