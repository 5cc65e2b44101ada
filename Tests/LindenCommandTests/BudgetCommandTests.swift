import Foundation
import Testing

@Suite("What a budget buys, at the command line", .timeLimit(.minutes(10)))
struct BudgetCommandTests {
    @Test("is refused without a generation, and printed with one")
    func plan() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            let refused = try await linden.run(["plan"], environment: environment)
            #expect(refused.exitCode == 1)
            #expect(refused.errors.contains("No generation serves") && refused.errors.contains("`linden train`"))

            try ImportEmbeddingsTests.writeVectors(in: linden.folder)
            let files = ["--items", "items.safetensors", "--users", "users.npy"]
            let imported = try await linden.run(
                ["import", "embeddings", "--generation", "words"] + files, environment: environment)
            #expect(imported.exitCode == 0, "\(imported.errors)")
            let priced = environment.merging(["LINDEN_PRICE_PER_MILLION_UNITS": "0.5"]) { $1 }
            let table = try await linden.run(
                ["plan", "--tier", "standard", "--budgets", "1,5e2"], environment: priced)
            #expect(table.exitCode == 0, "\(table.errors)")
            let lines = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            #expect(lines[1].starts(with: ["budget", "plan", "expected", "recall", "expected", "units", "money/1M"]))
            #expect(lines[2].starts(with: ["1", "refused", "floor"]))
            #expect(lines[3].count == 6 && lines[3][0] == "500")
            let (units, money, rate) = (
                try #require(Double(lines[3][3])), try #require(Double(lines[3][4])), try #require(Double(lines[3][5]))
            )
            #expect(abs(money - units / 2) < 0.1 && abs(rate - 1e6 / units) < 10)

            let json = try await linden.run(["plan", "--json"], environment: environment)
            let budgets = try #require(Self.object(json.output)["budgets"] as? [[String: Any]])
            #expect(!budgets.isEmpty)
            let recalls = budgets.compactMap { $0["expected_recall"] as? Double }
            #expect(recalls.count == budgets.count && recalls == recalls.sorted())
            #expect(budgets.allSatisfy { $0["money_per_million_requests"] is NSNull })
            // What is promised is what a request then gets.
            let last = try #require(budgets.last)
            let budget = try #require(last["budget"] as? Double)
            let answer = try await linden.run(
                ["recommend", "--user", "u3", "--max-cost", "\(budget)", "--explain"], environment: environment)
            #expect(answer.output.contains("  \(last["plan"] as? String ?? "?")  spent "), "\(answer.output)")
            #expect(answer.output.contains("finds most of what"))
            #expect(answer.output.contains("plan considered") && answer.output.contains("yes  chosen"))
        }
    }

    @Test("says what a load needs, each figure with its source, without any database")
    func capacity() async throws {
        try await LindenProcess.with { linden in
            let arguments = ["capacity", "--items", "5M", "--rps", "2k", "--tier", "standard"]
            let text = try await linden.run(arguments)
            #expect(text.exitCode == 0 && text.errors.isEmpty)
            for word in ["cores to have", "memory of a node", "PostgreSQL", "linden-cost/", "* extrapolated"] {
                #expect(text.output.contains(word), "\(word)")
            }
            #expect(!text.output.contains("money") && !linden.serverRuns)
            try linden.write("price_per_million_units: 0.00001\n", to: "linden.yaml")
            let priced = try await linden.run(arguments + ["--json"])
            let figures = try #require(Self.object(priced.output)["figures"] as? [String: [String: Any]])
            #expect(figures.values.allSatisfy { ($0["source"] as? String)?.isEmpty == false })
            let units = try #require(figures["units_per_request"]?["value"] as? Double)
            let money = try #require(figures["money_per_month"]?["value"] as? Double)
            #expect(abs(money / (units * 2_000 * 2_629_800 * 1e-11) - 1) < 1e-6)
        }
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
