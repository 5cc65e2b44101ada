package import ByteStreams

/// Why a snapshot file is not served, or could not be written.
package enum SnapshotFileError: Error, Equatable, CustomStringConvertible {
    /// The system refused.
    case stream(ByteStreamError)
    /// The file has no byte at all.
    case empty(path: String)
    /// The file is not as long as it was written.
    case wrongLength(path: String, expected: Int, found: Int)
    /// The file does not begin as snapshot files do.
    case foreign(path: String)
    /// The file was written on a machine with another byte order.
    case otherByteOrder(path: String)
    /// The file's layout is of another version than this program's.
    case otherVersion(path: String, known: Int, found: Int)
    /// The file is whole, but of something else.
    case otherIdentity(path: String, expected: SnapshotIdentity, found: SnapshotIdentity)
    /// Bytes are not as they were written; `part` is a section's name, or `header` or `table`.
    case damaged(path: String, part: String, expected: UInt32, found: UInt32)
    /// A section is missing, or does not hold what it should.
    case malformed(path: String, section: String, reason: String)

    /// Whether there simply is no file.
    package var isMissing: Bool {
        if case .stream(.missing) = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .stream(let error):
            error.description
        case .empty(let path):
            "\(path) is empty; a snapshot was expected. \(Self.deed)"
        case .wrongLength(let path, let expected, let found):
            "\(path) has \(found) bytes where \(expected) were written. \(Self.deed)"
        case .foreign(let path):
            "\(path) is no snapshot file: its first bytes are another format's. \(Self.deed)"
        case .otherByteOrder(let path):
            "\(path) was written by a CPU of the other byte order. \(Self.deed)"
        case .otherVersion(let path, let known, let found):
            "\(path) has format \(found); this program reads format \(known). \(Self.deed)"
        case .otherIdentity(let path, let expected, let found):
            "\(path) holds '\(found)'; '\(expected)' was expected. \(Self.deed)"
        case .damaged(let path, let part, let expected, let found):
            "\(path) is damaged in '\(part)': its checksum is \(found), and \(expected) was written. \(Self.deed)"
        case .malformed(let path, let section, let reason):
            "\(path) has no usable section '\(section)': \(reason). \(Self.deed)"
        }
    }

    private static let deed = "It is not used, and will be rebuilt from the database."
}
