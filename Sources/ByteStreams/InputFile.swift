internal import Glibc

/// An open file of the system, closed when it goes.
final class InputFile {
    let descriptor: Int32
    private let isOwned: Bool
    private let name: String
    /// The file's size in bytes; `nil` for a pipe or a terminal.
    let size: Int?

    /// Opens `source` for reading.
    ///
    /// - Throws: ``ByteStreamError`` when it is missing, a directory, or not to be read.
    init(_ source: ByteSource) throws(ByteStreamError) {
        name = source.name
        switch source {
        case .standardInput:
            descriptor = STDIN_FILENO
            isOwned = false
        case .file(let path):
            // SAFETY: the path lives, with its terminating zero, until `open` returns.
            let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard opened >= 0 else { throw Self.failure(errno, name: path) }
            descriptor = opened
            isOwned = true
        }

        var status = stat()
        // SAFETY: `status` is ours, and `fstat` writes no further than its end.
        let outcome = unsafe fstat(descriptor, &status)
        guard outcome == 0 else { throw Self.failure(errno, name: name) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .directory(name: name) }
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    deinit {
        if isOwned {
            close(descriptor)
        }
    }

    /// Reads the next bytes into the front of `room`, waiting for at least one.
    ///
    /// - Parameter room: Room for the bytes; not empty.
    /// - Returns: Bytes read; 0 at the end of the file.
    /// - Throws: ``ByteStreamError`` when the system refuses.
    @unsafe
    func read(into room: UnsafeMutableRawBufferPointer) throws(ByteStreamError) -> Int {
        while true {
            // SAFETY: the room outlives the call, and `read` writes no further than the count it is given.
            let count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw Self.failure(errno, name: name) }
        }
    }

    private static func failure(_ code: Int32, name: String) -> ByteStreamError {
        switch code {
        case ENOENT, ENOTDIR: return .missing(name: name)
        case EISDIR: return .directory(name: name)
        case EACCES, EPERM: return .notPermitted(name: name)
        default: return .unreadable(name: name, code: code)
        }
    }
}
