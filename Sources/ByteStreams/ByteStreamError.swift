internal import Glibc

/// Why bytes cannot be had from a source, or be written.
public enum ByteStreamError: Error, Equatable, CustomStringConvertible {
    /// There is nothing at the path.
    case missing(name: String)
    /// The path is a directory.
    case directory(name: String)
    /// The file, or a directory on the way to it, may not be read by this user.
    case notPermitted(name: String)
    /// The system refused for another reason, which `reason` has in its own words.
    case unreadable(name: String, reason: String)
    /// The system refused to write; `reason` has its own words.
    case unwritable(name: String, reason: String)
    /// The file ends inside a gzip member.
    case truncatedGzip(name: String)
    /// The file begins as gzip, but what follows is not; `reason` has zlib's words.
    case corruptGzip(name: String, reason: String)

    public var description: String {
        switch self {
        case .missing(let name):
            "There is no file \(name). Check the path."
        case .directory(let name):
            "\(name) is a directory. Give the file in it."
        case .notPermitted(let name):
            "\(name) may not be read by this user. Grant read permission, or run as another user."
        case .unreadable(let name, let reason):
            "\(name) could not be read: \(reason). Check the disk and the path."
        case .unwritable(let name, let reason):
            "\(name) could not be written: \(reason). Check the disk's space, and that this user may write there."
        case .truncatedGzip(let name):
            "\(name) is a gzip file that ends too early. Fetch or compress it again; `gzip -t` checks it."
        case .corruptGzip(let name, let reason):
            "\(name) is a damaged gzip file (\(reason)). Fetch or compress it again; `gzip -t` checks it."
        }
    }
}

extension ByteStreamError {
    /// Says in the system's words why a file could not be read.
    static func unreadable(name: String, code: Int32) -> ByteStreamError {
        .unreadable(name: name, reason: words(for: code))
    }

    /// Says in the system's words why a file could not be written.
    static func unwritable(name: String, code: Int32) -> ByteStreamError {
        .unwritable(name: name, reason: words(for: code))
    }

    private static func words(for code: Int32) -> String {
        // SAFETY: `strerror` returns a zero-terminated text, copied before any other call could reuse it.
        unsafe String(cString: strerror(code))
    }
}
