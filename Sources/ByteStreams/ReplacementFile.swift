internal import Glibc

/// A file that is written beside another and takes its place whole.
///
/// Readers see the old file or the new one, whenever the program or the machine stops: the new bytes are on the disk before
/// the name is theirs. What a writer that died has left beside the file is removed by the next one; a lock that ends with
/// its program tells the dead from the living.
package final class ReplacementFile {
    /// What the writer is about to ask of the system.
    package enum Step: Hashable, Sendable {
        case create, write, flush, rename, flushFolder
    }

    package let path: String
    /// Bytes written so far.
    package private(set) var byteCount = 0

    private let temporaryPath: String
    private let descriptor: Int32
    private let beforeStep: (Step) throws(ByteStreamError) -> Void
    /// Whether the file at the temporary path is to go when this object goes.
    private var isDraft = true

    /// Creates the file beside `path`, and the folder where it is missing.
    ///
    /// - Parameters:
    ///   - path: The file to replace, or to create.
    ///   - beforeStep: Called before each call of the system that changes the disk. When it throws, the file is left as it
    ///     is, as if the program had been killed there: for tests of that.
    /// - Throws: ``ByteStreamError`` when the system refuses.
    package init(
        replacing path: String, beforeStep: @escaping (Step) throws(ByteStreamError) -> Void = { _ in }
    ) throws(ByteStreamError) {
        self.path = path
        self.beforeStep = beforeStep
        temporaryPath = "\(path).tmp-\(getpid())"
        try Folder.create(Folder.of(path))
        try Folder.removeDrafts(of: path)
        try beforeStep(.create)
        // SAFETY: the path lives, with its terminating zero, until `open` returns.
        let opened = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw .unwritable(name: temporaryPath, code: errno) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw .unwritable(name: temporaryPath, code: EBUSY)
        }
        descriptor = opened
    }

    deinit {
        if isDraft {
            // SAFETY: the path lives, with its terminating zero, until `unlink` returns.
            unsafe _ = unlink(temporaryPath)
        }
        // Closing would leave the lock to a child process that was forked and has not yet become another program.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Writes bytes behind those before.
    package func write(_ bytes: RawSpan) throws(ByteStreamError) {
        try write(bytes, at: byteCount)
        byteCount += bytes.byteCount
    }

    /// Writes numbers behind the bytes before, in this CPU's byte order.
    package func write<Element: BitwiseCopyable & Numeric>(_ numbers: Span<Element>) throws(ByteStreamError) {
        // SAFETY: numbers have no padding, so all bytes are there to be read.
        try write(unsafe numbers.bytes)
    }

    /// Writes over bytes that were written before.
    package func overwrite(_ bytes: [UInt8], at offset: Int) throws(ByteStreamError) {
        precondition(offset >= 0 && offset + bytes.count <= byteCount, "Byte \(offset) of \(byteCount).")
        // SAFETY: bytes have no padding.
        try write(unsafe bytes.span.bytes, at: offset)
    }

    /// Gives the file its name, when all of it is on the disk.
    package func commit() throws(ByteStreamError) {
        try prepare(.flush)
        guard fsync(descriptor) == 0 else { throw .unwritable(name: temporaryPath, code: errno) }
        try prepare(.rename)
        // SAFETY: both paths live, with their terminating zeros, until `rename` returns.
        guard unsafe rename(temporaryPath, path) == 0 else { throw .unwritable(name: path, code: errno) }
        isDraft = false
        try prepare(.flushFolder)
        try Folder.flush(Folder.of(path))
    }

    private func write(_ bytes: RawSpan, at offset: Int) throws(ByteStreamError) {
        var done = 0
        while done < bytes.byteCount {
            try prepare(.write)
            let part = bytes.extracting(done..<min(bytes.byteCount, done + Self.longestWrite))
            let count = unsafe part.withUnsafeBytes { source in
                // SAFETY: `pwrite` reads no more than the count it is given, while the closure runs.
                unsafe pwrite(descriptor, source.baseAddress, source.count, off_t(offset + done))
            }
            guard count >= 0 else {
                guard errno == EINTR else { throw .unwritable(name: temporaryPath, code: errno) }
                continue
            }
            done += count
        }
    }

    /// Bytes handed to the system at once.
    private static let longestWrite = 1 << 24

    private func prepare(_ step: Step) throws(ByteStreamError) {
        do throws(ByteStreamError) {
            try beforeStep(step)
        } catch {
            isDraft = false
            throw error
        }
    }
}
