import Foundation
import TestSupport
import Testing

@Suite("linden calibrate", .timeLimit(.minutes(10)))
struct CalibrateTests {
    /// Publishes 600 items and some users as a generation.
    private static func publish(users: Int, _ linden: LindenProcess, _ environment: [String: String]) async throws {
        let made = ClusteredVectors(items: 600, queries: users, dimensions: 32, seed: 11)
        func write(_ table: [[Float]], _ name: String, _ prefix: String) throws {
            try Data(VectorBytes.npy(table)).write(to: linden.folder.appendingPathComponent(name + ".npy"))
            try linden.write((0..<table.count).map { "\(prefix)\($0)\n" }.joined(), to: name + ".ids")
        }
        try write((0..<600).map { made.items.row($0) }, "items", "i")
        try write((0..<users).map { made.queries.row($0) }, "users", "u")
        let files = ["--items", "items.npy", "--users", "users.npy", "--ladder", "8,16,32"]
        let imported = try await linden.run(
            ["import", "embeddings", "--generation", "words"] + files, environment: environment)
        try #require(imported.exitCode == 0, "\(imported.errors)")
    }

    @Test("measures plans on stored users, stores them, and draws them")
    func measures() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            try await Self.publish(users: 60, linden, environment)
            let dry = try await linden.run(["calibrate", "--dry-run", "--json"], environment: environment)
            let value = try JSONSerialization.jsonObject(with: Data(dry.output.utf8)) as? [String: Any]
            let plans = try #require(value?["plans"] as? [String: Any], "\(dry.output)\(dry.errors)")
            #expect(plans["queries"] as? Int == 60 && plans["rows"] as? Int == 600)
            let frontier = try #require(plans["frontier"] as? [[String: Any]])
            let recalls = frontier.compactMap { $0["recall"] as? Double }
            #expect(recalls == recalls.sorted() && recalls.last == 1)
            #expect(value?["stored"] as? Bool == false)

            let run = try await linden.run(["calibrate", "--svg", "plot.svg"], environment: environment)
            #expect(run.exitCode == 0, "\(run.errors)")
            #expect(run.output.hasPrefix("What plans find of the full vectors' first 10, and cost, for 60 of 60 users"))
            #expect(run.output.hasSuffix("Stored: nodes plan by it within seconds.\n"))
            let picture = try String(contentsOf: linden.folder.appendingPathComponent("plot.svg"), encoding: .utf8)
            #expect(picture.hasPrefix("<svg") && picture.contains("measured plans"))
            let answer = try await linden.run(["recommend", "--user", "u3", "--json"], environment: environment)
            #expect(!answer.output.contains("uncalibrated") && answer.output.contains("\"estimated_recall\":"))
        }
    }

    @Test("refuses what says nothing: no generation, and few users, whose number it says")
    func refuses() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            let none = try await linden.run(["calibrate"], environment: environment)
            #expect(none.exitCode == 1 && none.errors.contains("No generation serves yet"))
            try await Self.publish(users: 49, linden, environment)
            let few = try await linden.run(["calibrate"], environment: environment)
            #expect(few.exitCode == 1 && few.errors.contains("has 49 users with an embedding"), "\(few.errors)")
        }
    }
}
