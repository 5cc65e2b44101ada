import ByteStreams

/// A stretch of a snapshot file with a name.
struct SnapshotSection: Equatable, Sendable {
    let name: String
    /// Where its bytes lie in the file.
    var range: Range<Int>
    /// Of its bytes and of the padding up to the section behind it.
    var checksum = Checksum()

    var end: Int {
        get { range.upperBound }
        set { range = range.lowerBound..<newValue }
    }

    /// Where a section of `byteCount` bytes may begin.
    ///
    /// Long ones begin where huge pages do, so that they may be mapped on such; others at a cache line.
    static func alignment(byteCount: Int) -> Int { byteCount >= hugePage ? hugePage : 64 }

    private static let hugePage = 2 << 20

    static func encoded(_ sections: [SnapshotSection]) -> [UInt8] {
        var table = FieldWriter()
        for section in sections {
            table.append(text: section.name.utf8)
            table.append(UInt64(section.range.lowerBound))
            table.append(UInt64(section.range.count))
            table.append(section.checksum.value)
        }
        return table.bytes
    }

    /// Reads a table whose sections lie in ascending order, without overlap, in `body`.
    ///
    /// - Returns: `nil` for what is no such table.
    static func decoded(_ table: [UInt8], within body: Range<Int>) -> [SnapshotSection]? {
        var reader = FieldReader(table)
        var sections: [SnapshotSection] = []
        var end = body.lowerBound
        while !reader.isAtEnd {
            guard let name = reader.text(), let start = reader.integer(UInt64.self),
                let count = reader.integer(UInt64.self), let checksum = reader.integer(UInt32.self),
                start >= UInt64(end), start <= UInt64(body.upperBound), count <= UInt64(body.upperBound) - start
            else { return nil }
            end = Int(start + count)
            sections.append(
                SnapshotSection(
                    name: String(decoding: name, as: UTF8.self), range: Int(start)..<end,
                    checksum: Checksum(value: checksum)))
        }
        return sections
    }
}
