package import ByteStreams
package import VectorKernels

/// A snapshot file that was found whole and of the identity asked for, mapped into memory.
///
/// What is read from it lies in the file's own pages and keeps them; the file may be replaced meanwhile.
package final class SnapshotFile: Sendable {
    package let path: String
    /// The file's length.
    package let byteCount: Int
    private let file: MappedFile
    private let sections: [String: SnapshotSection]

    /// Opens a file and checks every byte of it.
    ///
    /// - Parameters:
    ///   - path: A file that ``SnapshotFileWriter`` wrote.
    ///   - identity: What it must be a snapshot of.
    ///   - workers: Checksums computed at the same time.
    /// - Throws: ``SnapshotFileError``, which says what was expected and what is there.
    package init(
        path: String, expecting identity: SnapshotIdentity, workers: MatrixWorkers = MatrixWorkers(count: 2)
    ) throws(SnapshotFileError) {
        self.path = path
        do throws(ByteStreamError) {
            file = try MappedFile(path: path)
        } catch {
            throw .stream(error)
        }
        byteCount = file.byteCount
        let page = file.withBytes(0..<min(SnapshotHeader.length, byteCount)) { $0.copied() }
        let header = try SnapshotHeader(decoding: page, path: path, byteCount: byteCount)
        guard header.identity.kind == identity.kind, header.identity.fingerprint == identity.fingerprint else {
            throw .otherIdentity(path: path, expected: identity, found: header.identity)
        }
        guard header.identity.version == identity.version else {
            throw .otherVersion(path: path, known: Int(identity.version), found: Int(header.identity.version))
        }
        let table = file.withBytes(header.table) { $0.copied() }
        let checksum = Checksum(of: table)
        guard checksum == header.tableChecksum else {
            throw .damaged(
                path: path, part: "table", expected: header.tableChecksum.value, found: checksum.value)
        }
        let body = SnapshotHeader.length..<header.table.lowerBound
        guard let sections = SnapshotSection.decoded(table, within: body) else {
            throw .malformed(path: path, section: "table", reason: "its sections do not lie one after another")
        }
        self.sections = Dictionary(sections.map { ($0.name, $0) }) { first, _ in first }
        try SectionCheck(file: file, sections: sections, end: body.upperBound).run(by: workers)
    }

    /// The bytes of a section, in place.
    ///
    /// - Returns: `nil` for a section without bytes.
    /// - Throws: ``SnapshotFileError/malformed(path:section:reason:)`` when there is no such section.
    package func pages(_ name: String) throws(SnapshotFileError) -> PageMemory? {
        let range = try range(of: name)
        return range.isEmpty ? nil : file.pages(range)
    }

    /// A copy of a section's bytes.
    ///
    /// - Throws: As ``pages(_:)`` does.
    package func bytes(_ name: String) throws(SnapshotFileError) -> [UInt8] {
        file.withBytes(try range(of: name)) { $0.copied() }
    }

    /// The numbers of a section, in place.
    ///
    /// - Parameters:
    ///   - name: The section.
    ///   - type: What sort of numbers they are.
    ///   - count: How many there must be; `nil` takes any.
    /// - Returns: A column that keeps the file's pages.
    /// - Throws: ``SnapshotFileError/malformed(path:section:reason:)`` when it does not hold so many.
    package func column<Element: BitwiseCopyable & Numeric & Sendable>(
        _ name: String, of type: Element.Type = Element.self, count: Int? = nil
    ) throws(SnapshotFileError) -> PageColumn<Element> {
        let column: PageColumn<Element>?
        if let pages = try pages(name) {
            column = PageColumn(in: pages)
        } else {
            column = PageColumn([])
        }
        guard let column, count == nil || column.count == count else {
            let found = try range(of: name).count
            let wanted = count.map { "\($0) numbers" } ?? "whole numbers"
            throw malformed(
                name, "\(wanted) of \(MemoryLayout<Element>.stride) bytes were expected in \(found) bytes")
        }
        return column
    }

    /// The lists of three sections, in place.
    ///
    /// - Throws: As ``column(_:of:count:)`` does.
    package func lists<Element: BitwiseCopyable & Numeric & Sendable>(
        _ name: String, of: Element.Type = Element.self, count: Int
    ) throws(SnapshotFileError) -> PageLists<Element> {
        let lists = PageLists<Element>(
            elements: try column(name + ".elements"), starts: try column(name + ".starts", count: count),
            bases: try column(name + ".bases"))
        guard let lists else { throw malformed(name, "its lists do not lie one after another") }
        return lists
    }

    /// Says that a section does not hold what it should.
    package func malformed(_ section: String, _ reason: String) -> SnapshotFileError {
        .malformed(path: path, section: section, reason: reason)
    }

    private func range(of name: String) throws(SnapshotFileError) -> Range<Int> {
        guard let section = sections[name] else { throw malformed(name, "there is none") }
        return section.range
    }
}
