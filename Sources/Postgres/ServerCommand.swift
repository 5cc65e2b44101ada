import Dispatch
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

    /// Starts the program and waits for it on a thread of its own.
    ///
    /// Not Foundation's `Process`: the server that `pg_ctl` leaves behind would inherit the socket by which `Process`
    /// learns that `pg_ctl` has ended, and keep it open.
    private func status(writingTo output: FileHandle) async throws -> Int32 {
        let process = try spawn(writingTo: output.fileDescriptor)
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var status: Int32 = 0
                // SAFETY: `status` lives until the call returns.
                while unsafe waitpid(process, &status, 0) == -1, errno == EINTR {}
                let isExit = status & 0x7F == 0
                continuation.resume(returning: isExit ? (status >> 8) & 0xFF : 128 + (status & 0x7F))
            }
        }
    }

    private func spawn(writingTo output: Int32) throws -> pid_t {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
            .merging(["LC_ALL": "C"]) { _, new in new }
        let words = ["/usr/bin/env", "--chdir=/"] + arguments
        // SAFETY: the texts live until they are freed below, after the call that reads them; both lists end with null.
        var argv = unsafe words.map { unsafe strdup($0) } + [nil]
        var envp = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for unsafe text in unsafe argv + envp { unsafe free(text) } }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        var process: pid_t = 0
        let error = unsafe posix_spawn(&process, words[0], &actions, nil, &argv, &envp)
        guard error == 0 else { throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EIO) }
        return process
    }
}
