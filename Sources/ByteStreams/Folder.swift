internal import Glibc

/// The folders that files lie in.
package enum Folder {
    /// The folder of a file.
    package static func of(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Creates a folder, and those on the way to it.
    ///
    /// - Throws: ``ByteStreamError/unwritable(name:reason:)``.
    package static func create(_ path: String) throws(ByteStreamError) {
        // SAFETY: the path lives, with its terminating zero, until `mkdir` returns.
        guard unsafe mkdir(path, 0o755) != 0, errno != EEXIST else { return }
        let parent = of(path)
        guard errno == ENOENT, parent != path, parent != "." else { throw .unwritable(name: path, code: errno) }
        try create(parent)
        // SAFETY: as above.
        guard unsafe mkdir(path, 0o755) != 0, errno != EEXIST else { return }
        throw .unwritable(name: path, code: errno)
    }

    /// The names in a folder, in order; none when there is no such folder.
    ///
    /// - Throws: ``ByteStreamError`` when the folder may not be read.
    package static func names(in path: String) throws(ByteStreamError) -> [String] {
        // SAFETY: the path lives until `opendir` returns.
        guard let folder = unsafe opendir(path) else {
            guard errno != ENOENT else { return [] }
            throw .unreadable(name: path, code: errno)
        }
        // SAFETY: the folder was opened above and is closed once.
        defer { unsafe _ = closedir(folder) }
        var names: [String] = []
        // SAFETY: each entry, with its zero-terminated name, is the folder's own until the next is read.
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file; one that is not there counts as removed.
    ///
    /// - Throws: ``ByteStreamError/unwritable(name:reason:)``.
    package static func remove(file path: String) throws(ByteStreamError) {
        // SAFETY: the path lives, with its terminating zero, until `unlink` returns.
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .unwritable(name: path, code: errno) }
    }

    /// Removes what dead writers of a file have left beside it.
    static func removeDrafts(of path: String) throws(ByteStreamError) {
        let folder = of(path)
        let prefix = path.split(separator: "/").last.map { $0 + ".tmp-" } ?? ""
        for name in try names(in: folder) where name.hasPrefix(prefix) {
            let draft = "\(folder)/\(name)"
            // SAFETY: the path lives until `open` returns.
            let descriptor = unsafe open(draft, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            // A writer that lives holds the lock.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
            try remove(file: draft)
        }
    }

    /// Brings a folder's names to the disk.
    static func flush(_ path: String) throws(ByteStreamError) {
        // SAFETY: the path lives until `open` returns.
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(name: path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(name: path, code: errno) }
    }
}
