/// What a snapshot file is a snapshot of; a file of another identity is not read.
package struct SnapshotIdentity: Hashable, Sendable {
    /// What sort of thing the sections are: `serving`.
    package let kind: String
    /// The sections' own format, apart from the container's.
    package let version: UInt32
    /// Which one of its kind: a generation's fingerprint.
    package let fingerprint: [UInt8]

    /// Names what a file is for.
    ///
    /// - Parameters:
    ///   - kind: At most 255 bytes of UTF-8.
    ///   - version: Of the sections' format.
    ///   - fingerprint: At most 255 bytes.
    package init(kind: String, version: UInt32, fingerprint: [UInt8]) {
        precondition(kind.utf8.count < 256 && fingerprint.count < 256, "The identity '\(kind)' is too long.")
        self.kind = kind
        self.version = version
        self.fingerprint = fingerprint
    }
}

extension SnapshotIdentity: CustomStringConvertible {
    package var description: String {
        let digits = fingerprint.prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "\(kind) \(version) of \(digits.joined())"
    }
}
