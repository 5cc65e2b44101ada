import Foundation
import TestSupport
import Testing

@Suite("linden import embeddings", .timeLimit(.minutes(10)))
struct ImportEmbeddingsTests {
    @Test("makes a generation that answers by the rungs that may be served")
    func serves() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            // The newcomer has no vector, and chose what lies around the first centre.
            try linden.write("user_id,item_id\nnewcomer,i0\nnewcomer,i8\nnewcomer,i16\n", to: "events.csv")
            _ = try await linden.run(["import", "interactions", "events.csv"], environment: environment)
            try Self.writeVectors(in: linden.folder)
            let files = ["--items", "items.safetensors", "--users", "users.npy"]
            let imported = try await linden.run(
                ["import", "embeddings", "--generation", "words"] + files, environment: environment)
            #expect(imported.exitCode == 0, "\(imported.errors)")
            #expect(imported.output.contains("400 items of 32 dimensions; 397 new, with nothing but their ids."))
            #expect(imported.output.contains("These vectors may be served from 16 dimensions on"))
            #expect(imported.output.hasSuffix("g1 'words' serves now.\n"))

            let known = try await Self.answer(to: "u3", linden, environment)
            #expect(
                known.items.first == "i3" && known.plan?.hasSuffix("-r32") == true && known.reason == "two_tower",
                "\(known)")
            let newcomer = try await Self.answer(to: "newcomer", linden, environment)
            #expect(newcomer.reason == "two_tower")
            #expect(newcomer.items.allSatisfy { Int($0.dropFirst()).map { $0 % 8 } == 0 })
            #expect(Set(newcomer.items).isDisjoint(with: ["i0", "i8", "i16"]))

            let list = try await linden.run(["models", "list"], environment: environment)
            #expect(list.output.hasPrefix("g1  active  30 users  400 items  'words': vectors from elsewhere"))
        }
    }

    @Test("stores nothing of files that do not fit")
    func refuses() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            try Self.writeVectors(in: linden.folder)
            try linden.write("i1\ni2\n", to: "items.ids")
            let arguments = ["import", "embeddings", "--generation", "a", "--items", "items.safetensors", "--json"]
            let refused = try await linden.run(arguments, environment: environment)
            #expect(refused.exitCode == 1)
            #expect(
                refused.jsonError?.message.hasPrefix("items.ids has 2 ids, items.safetensors has 400 rows.") == true)
            let list = try await linden.run(["models", "list", "--json"], environment: environment)
            #expect(list.output == "{\"models\":[]}\n")
        }
    }

    /// 400 items around eight centres, the user `u3` at the item `i3`, and so on.
    static func writeVectors(in folder: URL) throws {
        let made = ClusteredVectors(items: 400, queries: 1, dimensions: 32, seed: 11)
        let rows = (0..<400).map { row in made.items.row(row).enumerated().map { $1 * (4 / (4 + Float($0))) } }
        func write(_ bytes: [UInt8], _ name: String) throws {
            try Data(bytes).write(to: folder.appendingPathComponent(name))
        }
        try write(VectorBytes.safetensors([VectorBytes.Tensor("item", rows: rows)]), "items.safetensors")
        try write(VectorBytes.npy(Array(rows.prefix(30))), "users.npy")
        try write(Array((0..<400).map { "i\($0)\n" }.joined().utf8), "items.ids")
        try write(Array((0..<30).map { "u\($0)\n" }.joined().utf8), "users.txt")
    }

    private static func answer(
        to user: String, _ linden: LindenProcess, _ environment: [String: String]
    ) async throws -> (items: [String], plan: String?, reason: String?) {
        let outcome = try await linden.run(
            ["recommend", "--user", user, "-n", "5", "--json"], environment: environment)
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let answer = try #require(value, "\(outcome.output)\(outcome.errors)")
        let items = try #require(answer["items"] as? [[String: Any]], "\(outcome.output)")
        let quality = answer["quality"] as? [String: Any]
        return (
            items.compactMap { $0["item_id"] as? String }, quality?["plan"] as? String,
            (items.first?["reasons"] as? [String])?.first
        )
    }
}
