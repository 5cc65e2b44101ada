import Foundation
import Testing

@Suite("A command and its database", .timeLimit(.minutes(10)))
struct DatabaseTests {
    @Test("says that no server answers, and never the password")
    func away() async throws {
        try await LindenProcess.with { linden in
            let url = "postgresql://u:geheim@127.0.0.1:1/x"
            let outcome = try await linden.run(["models", "list"], environment: ["LINDEN_DATABASE_URL": url])
            #expect(outcome.exitCode == 1)
            #expect(outcome.errors.contains("No PostgreSQL server answers at 127.0.0.1:1"))
            #expect(!outcome.errors.contains("geheim"))
        }
    }

    @Test("says what is in the way of the data directory", arguments: ["file", "file/below"])
    func dataDirectory(path: String) async throws {
        try await LindenProcess.with { linden in
            try linden.write("", to: "file")
            let outcome = try await linden.run(["models", "list", "--data-dir", path])
            #expect(outcome.exitCode == 1)
            #expect(outcome.errors.contains("Make it writable, or name another in LINDEN_DATA_DIR."))
            #expect(outcome.isPlain, "\(outcome.errors)")
        }
    }

    @Test("is told to migrate, migrates, and then finds the schema there")
    func migration() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            let before = try await linden.run(["models", "list"], environment: environment)
            #expect(before.exitCode == 1)
            #expect(before.errors.contains("Run `linden migrate up`."))
            let check = try await linden.run(["migrate", "status", "--check", "--json"], environment: environment)
            #expect(check.exitCode == 3)
            #expect(check.errors.isEmpty && check.output.contains("\"current\":null"))
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            #expect(try await linden.run(["migrate", "status", "--check"], environment: environment).exitCode == 0)
            let after = try await linden.run(["models", "list", "--json"], environment: environment)
            #expect(after.exitCode == 0)
            #expect(after.output == "{\"models\":[]}\n")
            let runs = try await linden.run(["models", "list", "--runs", "--json"], environment: environment)
            #expect(runs.exitCode == 0 && runs.output == "{\"runs\":[]}\n")
        }
    }

    @Test("imports all that comes out of a pipe")
    func pipe() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            try linden.write(
                "user_id,item_id\n" + (0..<50_000).map { "u\($0 % 97),i\($0)\n" }.joined(), to: "events.csv")
            let writer = Process()
            writer.executableURL = URL(filePath: "/bin/sh")
            writer.arguments = ["-c", "mkfifo pipe && exec cat events.csv > pipe"]
            writer.currentDirectoryURL = linden.folder
            try writer.run()
            let pipe = linden.folder.appendingPathComponent("pipe").path
            while !FileManager.default.fileExists(atPath: pipe) { await Task.yield() }
            let outcome = try await linden.run(["import", "interactions", "pipe"], environment: environment)
            writer.waitUntilExit()
            #expect(outcome.output.hasPrefix("pipe: 50000 interactions read, 50000 new"), "\(outcome.errors)")
        }
    }

    @Test("imports all of a file, nothing of a bad one, and each row once")
    func imports() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            let bad = (1...25).map { "only\($0)\n" }.joined()
            try linden.write("user_id,item_id\n" + bad + "u1,i1\nu2,i2\n", to: "bad.csv")
            let file = ["import", "interactions", "bad.csv"]
            let refused = try await linden.run(file, environment: environment)
            #expect(refused.exitCode == 1)
            #expect(refused.errors.contains("line 2:") && refused.errors.contains("line 21:"))
            #expect(!refused.errors.contains("line 22:") && refused.errors.contains("and 5 more"))
            let allowed = file + ["--max-bad-rows", "25"]
            let first = try await linden.run(allowed, environment: environment)
            #expect(first.output.hasPrefix("bad.csv: 2 interactions read, 2 new, 25 bad rows left out"))
            let second = try await linden.run(allowed, environment: environment)
            #expect(second.output.hasPrefix("bad.csv: 2 interactions read, 0 new"))
        }
    }

    @Test("says so when there is nothing to train on or to serve")
    func nothingThere() async throws {
        try await LindenProcess.withNewDatabase { linden, environment in
            #expect(try await linden.run(["migrate", "up"], environment: environment).exitCode == 0)
            let training = try await linden.run(["train"], environment: environment)
            #expect(training.exitCode == 1)
            #expect(training.errors == "Error: There are no interactions to train on. Import some first.\n")
            let runs = try await linden.run(["models", "list", "--runs"], environment: environment)
            #expect(runs.output.hasPrefix("r1  2") && runs.output.contains("failed: There are no interactions"))
            #expect(runs.output.contains("0 interactions of 0 users, 0 items\n"))
            let answer = try await linden.run(["recommend", "--user", "u1"], environment: environment)
            #expect(answer.exitCode == 1)
            #expect(answer.errors.contains("with `linden train`"))
            let activation = try await linden.run(["models", "activate", "g99"], environment: environment)
            #expect(activation.exitCode == 1)
            #expect(activation.errors.contains("There is no generation g99."))
        }
    }
}
