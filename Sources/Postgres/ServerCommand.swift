import Dispatch
import Foundation
import Glibc

/// One run of a program: without the caller's `PG*` variables, in `/`, with messages in English.
///
/// Not Foundation's `Process`: that takes a program for running as long as a server that it started runs.
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
        /// What it exited with; 128 and its number when a signal ended it.
        let status: Int32
        /// Standard output and error together.
        let output: String
    }

    /// Runs the program to its end.
    func run() async throws(PostgresError) -> Outcome {
        let output = try Self.unnamedFile()
        let status = await Self.end(of: try start(writingTo: output.fileDescriptor))
        let printed: Data?
        do {
            try output.seek(toOffset: 0)
            printed = try output.readToEnd()
        } catch {
            throw PostgresError(
                kind: .embeddedServer, message: "The output of \(arguments[0]) cannot be read. Free some disk space.")
        }
        return Outcome(status: status, output: String(decoding: printed ?? Data(), as: UTF8.self))
    }

    /// A temporary file that is gone with its descriptor.
    ///
    /// A pipe would stay open in a server that the program starts.
    private static func unnamedFile() throws(PostgresError) -> FileHandle {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("linden-\(UUID().uuidString)").path
        // SAFETY: the system reads NUL-terminated copies of the path.
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, unsafe unlink(path) == 0 else {
            throw PostgresError(
                kind: .embeddedServer, message: "No temporary file can be made as \(path). Free it, or set TMPDIR.")
        }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
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

    /// Starts the program in a process group of its own: Ctrl-C is for us to handle.
    private func start(writingTo output: Int32) throws(PostgresError) -> pid_t {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
        environment["LC_ALL"] = "C"
        var process: pid_t = 0
        // SAFETY: what is initialised here is destroyed here, and the texts are freed after the call that reads them.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // A queue's thread blocks all signals; the program must not.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        let shell = ["/bin/sh", "-c", "cd / && exec \"$@\"", "sh"]
        var texts = unsafe (shell + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        let failure = unsafe posix_spawn(&process, shell[0], &actions, &attributes, &texts, &variables)
        unsafe (texts + variables).forEach { unsafe free($0) }
        guard failure == 0 else {
            throw PostgresError(
                kind: .embeddedServer,
                message: "\(shell[0]) cannot be run: \(unsafe String(cString: strerror(failure))). Install it.")
        }
        return process
    }

    /// Waits for the process on a thread of its own.
    private static func end(of process: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "linden.postgres.command").async {
                var status: Int32 = 0
                // SAFETY: the address of a local, for the time of the call.
                while unsafe waitpid(process, &status, 0) == -1, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }
}
