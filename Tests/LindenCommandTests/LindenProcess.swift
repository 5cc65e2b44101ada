import Foundation
import Testing

/// The built `linden`, run as a process of its own in an empty folder, with none of the caller's settings.
struct LindenProcess {
    /// What a run left behind.
    struct Outcome {
        let exitCode: Int32
        let output: String
        let errors: String

        /// The error that `--json` promises: one value on standard output.
        var jsonError: (code: String, message: String)? {
            guard let value = try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: [String: String]],
                let error = value["error"], let code = error["code"], let message = error["message"]
            else { return nil }
            return (code, message)
        }

        /// Whether what people read is a sentence of ours: no library's words, no statement, no stack.
        var isPlain: Bool {
            errors.hasPrefix("Error: ")
                && ["NSCocoa", "Error Domain", "SELECT ", "SQLSTATE", ".swift", "Fatal", "rawValue"]
                    .allSatisfy { !errors.contains($0) }
        }
    }

    /// Where the program runs; deleted with ``delete()``.
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("linden-command-\(UUID().uuidString)")
        // As root, the embedded PostgreSQL runs as another user, who must find its way in.
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    /// Lends a folder with the program to `body`, and deletes it.
    static func with<Value>(_ body: (LindenProcess) async throws -> Value) async throws -> Value {
        let linden = try LindenProcess()
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(linden))
        } catch {
            outcome = .failure(error)
        }
        try FileManager.default.removeItem(at: linden.folder)
        return try outcome.get()
    }

    /// Writes a file into the folder.
    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// Runs the program to its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
        // Files, not pipes: a server that the program starts would keep a pipe open.
        let (output, errors) = (try file("output"), try file("errors"))
        let process = try process(arguments, environment)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        for await _ in ends {}
        return Outcome(
            exitCode: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// Starts the service on the embedded server.
    func start(_ arguments: [String]) throws -> LindenService {
        let process = try process(arguments, [:])
        process.standardOutput = FileHandle.nullDevice
        return try LindenService(process)
    }

    /// Whether the embedded server of this folder has left its mark of running.
    var serverRuns: Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("data/postgres/data/postmaster.pid").path)
    }

    private func process(_ arguments: [String], _ environment: [String: String]) throws -> Process {
        let process = Process()
        process.executableURL = try Self.executable()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder.path,
            "LINDEN_DATA_DIR": folder.appendingPathComponent("data").path,
        ].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private func file(_ name: String) throws -> URL {
        let url = folder.appendingPathComponent("\(name)-\(UUID().uuidString)")
        try Data().write(to: url)
        return url
    }

    /// The program that was built with these tests: it lies beside them.
    private static func executable() throws -> URL {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let package = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL
        let places = [tests.deletingLastPathComponent(), package.appendingPathComponent(".build/release")]
        let program = places.map { $0.appendingPathComponent("linden") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        return try #require(program, "There is no program linden in \(places.map(\.path)). Build it: swift build.")
    }
}
