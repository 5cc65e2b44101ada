internal import Glibc

/// Where bytes come from.
public enum ByteSource: Hashable, Sendable {
    /// A file, or a named pipe; gzip or not.
    case file(String)
    /// What is piped into the program; gzip or not.
    case standardInput

    /// Creates a source from a command's argument: a path, or `-` for standard input.
    public init(argument: String) {
        self = argument == "-" ? .standardInput : .file(argument)
    }

    /// What messages call it: the path, or "standard input".
    public var name: String {
        switch self {
        case .file(let path): path
        case .standardInput: "standard input"
        }
    }

    /// Whether there is something to open; says nothing of permission.
    public var exists: Bool {
        switch self {
        case .standardInput:
            return true
        case .file(let path):
            // SAFETY: the path lives, with its terminating zero, until `access` returns.
            return unsafe access(path, F_OK) == 0
        }
    }
}
