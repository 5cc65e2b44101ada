import Foundation

/// One run of a program: without the caller's `PG*` variables, in `/`, with messages in English.
struct ServerCommand {
    private let arguments: [String]

    init(_ arguments: String...) {
        self.arguments = arguments
    }

    init(_ arguments: [String]) {
        self.arguments = arguments
    }

    /// What a program did.
    struct Outcome: Equatable {
        let status: Int32
        /// Standard output and error together.
        let output: String
    }

    /// Runs the program to its end.
    func run() async throws(PostgresError) -> Outcome {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("linden-\(UUID().uuidString).out")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw PostgresError(
                kind: .embeddedServer,
                message: "No file can be made in \(file.deletingLastPathComponent().path). Free it, or set TMPDIR.")
        }
        defer { try? FileManager.default.removeItem(at: file) }
        do {
            let status = try await status(writingTo: FileHandle(forWritingTo: file))
            return Outcome(status: status, output: String(decoding: try Data(contentsOf: file), as: UTF8.self))
        } catch {
            throw PostgresError(
                kind: .embeddedServer, message: "\(arguments[0]) cannot be run: \(error.localizedDescription)")
        }
    }

    /// What the program printed; `nil` when it failed.
    func output() async -> String? {
        do throws(PostgresError) {
            let outcome = try await run()
            return outcome.status == 0 ? outcome.output : nil
        } catch {
            return nil
        }
    }

    private func status(writingTo output: FileHandle) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = arguments
            process.currentDirectoryURL = URL(fileURLWithPath: "/")
            process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
                .merging(["LC_ALL": "C"]) { _, new in new }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
