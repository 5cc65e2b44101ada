import Foundation
import Glibc

/// The folder of an embedded server: its data, its log, its locks and, where the path is short enough, its socket.
struct ServerDirectory: Sendable {
    let path: String
    let socketDirectory: String

    var data: String { path + "/data" }
    /// Where `initdb` works; it becomes ``data`` when it is whole.
    var unfinishedData: String { path + "/data.unfinished" }
    var log: String { path + "/server.log" }
    /// Held while the server is started or stopped.
    var startLock: String { path + "/start.lock" }
    /// Held, shared, by each program that uses the server.
    var usersLock: String { path + "/users.lock" }

    /// The longest path that a Unix socket may have: 108 bytes with the NUL.
    static let longestSocketPath = 107

    init(path: String) {
        self.path = path
        let short = "/tmp/linden-\(geteuid())-\(Self.fingerprint(path))"
        socketDirectory = Self.socketFits(path) ? path : short
    }

    static func socketFits(_ directory: String) -> Bool {
        directory.utf8.count + "/.s.PGSQL.5432".utf8.count <= longestSocketPath
    }

    /// FNV-1a, in hex: short, and the same for the same path.
    private static func fingerprint(_ path: String) -> String {
        let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// The version that made the data: "15"; `nil` when there is none yet.
    var dataVersion: String? {
        guard let data = FileManager.default.contents(atPath: data + "/PG_VERSION") else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Makes the folders, closed to everybody but `account` (and root).
    func create(for account: ServerAccount) throws(PostgresError) {
        try makePrivate(path, for: account)
        if socketDirectory != path { try makePrivate(socketDirectory, for: account) }
    }

    /// Writes a file that the server reads.
    func write(_ text: String, to file: String, for account: ServerAccount) throws(PostgresError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            throw notWritable(file, error.localizedDescription)
        }
        // SAFETY: the system reads a NUL-terminated copy of the path, for the time of the call.
        if account.isDropped { _ = unsafe chown(file, account.userID, account.groupID) }
    }

    // SAFETY: of each `unsafe` below: the system reads NUL-terminated copies of paths, and writes to a local, for the time
    // of the call; the text of an error is copied at once.
    private func makePrivate(_ folder: String, for account: ServerAccount) throws(PostgresError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw notWritable(folder, Self.reason(of: error))
        }
        if account.isDropped {
            guard unsafe lchown(folder, account.userID, account.groupID) == 0 else { throw notWritable(folder, reason) }
        }
        var status = stat()
        guard unsafe lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == account.userID
        else { throw notWritable(folder, "it belongs to somebody else") }
        guard unsafe chmod(folder, 0o700) == 0 else { throw notWritable(folder, reason) }
        // Root may write anywhere, so ask the file system: it may be mounted read-only.
        guard unsafe access(folder, W_OK | X_OK) == 0 else { throw notWritable(folder, reason) }
    }

    /// The system's words for why a folder cannot be made.
    private static func reason(of error: any Error) -> String {
        switch (error as? CocoaError)?.underlying {
        case let cause as POSIXError: unsafe String(cString: strerror(cause.code.rawValue))
        default: (error as? CocoaError)?.code == .fileWriteFileExists ? "a file has its name" : "it cannot be made"
        }
    }

    private var reason: String { unsafe String(cString: strerror(errno)) }

    private func notWritable(_ folder: String, _ reason: String) -> PostgresError {
        PostgresError(
            kind: .embeddedServer,
            message: "The data directory \(folder) cannot be used: \(reason). "
                + "Make it writable, or name another in LINDEN_DATA_DIR.")
    }

    /// The server process that the data directory names, if it is alive and ours.
    ///
    /// A pid may have gone to another program since; so the process has to sit in our folder.
    var runningProcess: pid_t? {
        guard let contents = FileManager.default.contents(atPath: data + "/postmaster.pid"),
            let line = String(decoding: contents, as: UTF8.self).split(separator: "\n").first,
            let process = pid_t(line)
        else { return nil }
        let folder = URL(fileURLWithPath: "/proc/\(process)/cwd").resolvingSymlinksInPath().path
        return folder == URL(fileURLWithPath: data).resolvingSymlinksInPath().path ? process : nil
    }
}
