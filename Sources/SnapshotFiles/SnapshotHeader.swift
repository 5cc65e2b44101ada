import ByteStreams

/// The first page of a snapshot file: what it is, of what, how long, and where its table of sections lies.
///
/// Numbers are in the writer's byte order, which the third field tells. The page ends with its own checksum.
struct SnapshotHeader: Equatable {
    var identity: SnapshotIdentity
    /// The whole file's length.
    var byteCount = 0
    /// Where the table of sections lies; it is the file's end.
    var table = 0..<0
    var tableChecksum = Checksum()

    /// Bytes of the page.
    static let length = 4096
    static let magic = Array("LINDENSF".utf8)
    static let byteOrderMark: UInt32 = 0x0102_0304
    /// Of the container; the sections have a version of their own in the identity.
    static let version: UInt32 = 1

    init(identity: SnapshotIdentity) {
        self.identity = identity
    }

    /// The page's bytes.
    func encoded() -> [UInt8] {
        var page = FieldWriter()
        page.append(Self.magic)
        page.append(Self.byteOrderMark)
        page.append(Self.version)
        page.append(UInt64(byteCount))
        page.append(UInt64(table.lowerBound))
        page.append(UInt64(table.count))
        page.append(tableChecksum.value)
        page.append(identity.version)
        page.append(UInt32(identity.kind.utf8.count))
        page.append(Array(identity.kind.utf8))
        page.append(UInt32(identity.fingerprint.count))
        page.append(identity.fingerprint)
        page.append([UInt8](repeating: 0, count: Self.length - 4 - page.bytes.count))
        page.append(Checksum(of: page.bytes).value)
        return page.bytes
    }

    /// Reads the page of the file at `path`, which has `byteCount` bytes.
    ///
    /// - Throws: ``SnapshotFileError`` for what is not such a page, or damaged, or of another length or version.
    init(decoding page: [UInt8], path: String, byteCount: Int) throws(SnapshotFileError) {
        guard !page.isEmpty else { throw .empty(path: path) }
        guard page.starts(with: Self.magic.prefix(page.count)) else { throw .foreign(path: path) }
        guard page.count >= Self.length else {
            throw .wrongLength(path: path, expected: Self.length, found: page.count)
        }
        var reader = FieldReader(page)
        _ = reader.bytes(Self.magic.count)
        let mark = reader.integer(UInt32.self)
        guard mark != Self.byteOrderMark.byteSwapped else { throw .otherByteOrder(path: path) }
        let version = reader.integer(UInt32.self) ?? 0
        let checksum = Checksum(of: Array(page.prefix(Self.length - 4))).value
        var trailer = FieldReader(page, from: Self.length - 4)
        let written = trailer.integer(UInt32.self) ?? 0
        guard checksum == written else {
            // A newer format may have a header of another length; a number that is far off is damage.
            if version != Self.version, version < 1 << 16, mark == Self.byteOrderMark {
                throw .otherVersion(path: path, known: Int(Self.version), found: Int(version))
            }
            throw .damaged(path: path, part: "header", expected: written, found: checksum)
        }
        guard version == Self.version else {
            throw .otherVersion(path: path, known: Int(Self.version), found: Int(version))
        }
        guard let length = reader.integer(UInt64.self), let tableStart = reader.integer(UInt64.self),
            let tableLength = reader.integer(UInt64.self), let tableChecksum = reader.integer(UInt32.self),
            let identityVersion = reader.integer(UInt32.self), let kind = reader.text(),
            let fingerprint = reader.text()
        else { throw .malformed(path: path, section: "header", reason: "its fields end too early") }
        guard length == UInt64(byteCount) else {
            throw .wrongLength(path: path, expected: Int(clamping: length), found: byteCount)
        }
        guard tableStart >= UInt64(Self.length), tableStart <= length, tableLength == length - tableStart else {
            throw .malformed(path: path, section: "header", reason: "the table lies outside the file")
        }
        identity = SnapshotIdentity(
            kind: String(decoding: kind, as: UTF8.self), version: identityVersion, fingerprint: fingerprint)
        self.byteCount = byteCount
        table = Int(tableStart)..<byteCount
        self.tableChecksum = Checksum(value: tableChecksum)
    }
}
