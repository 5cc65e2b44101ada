import Glibc

/// A lock on a file that its process loses with its life.
final class FileLock: Sendable {
    private let descriptor: Int32

    enum Kind: Sendable {
        /// Several may hold it.
        case shared
        case exclusive
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Takes the lock if it is free now.
    ///
    /// - Returns: `nil` when somebody else holds it.
    static func attempt(_ path: String, _ kind: Kind) throws(PostgresError) -> FileLock? {
        // SAFETY: the system reads a NUL-terminated copy of the path; the text of an error is copied at once.
        let descriptor = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw PostgresError(
                kind: .embeddedServer,
                message: "The lock file \(path) cannot be opened: \(unsafe String(cString: strerror(errno))). "
                    + "Run as the user that owns the data directory, or name another LINDEN_DATA_DIR.")
        }
        let lock = FileLock(descriptor: descriptor)
        return flock(descriptor, (kind == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 ? lock : nil
    }

    /// Gives the lock back before this object's life ends.
    func release() {
        _ = flock(descriptor, LOCK_UN)
    }

    /// Takes the lock as soon as it is free.
    static func take(_ path: String, _ kind: Kind, deadline: Deadline) async throws(PostgresError) -> FileLock {
        while true {
            if let lock = try attempt(path, kind) { return lock }
            guard deadline.remaining != .zero else {
                throw PostgresError(
                    kind: .embeddedServer,
                    message: "Another Linden is starting or stopping the server of this data directory (\(path)) "
                        + "and does not finish. Stop it, or name another LINDEN_DATA_DIR.")
            }
            try await cancellableSleep(.milliseconds(50))
        }
    }
}
