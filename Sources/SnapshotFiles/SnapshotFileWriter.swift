package import ByteStreams
package import VectorKernels

/// Writes a snapshot file, section after section, beside the file whose place it takes at the end.
///
/// Memory does not grow with the file. A writer that is let go before ``commit()`` leaves the old file and nothing else.
package struct SnapshotFileWriter: ~Copyable {
    private let file: ReplacementFile
    private var header: SnapshotHeader
    private var sections: [SnapshotSection] = []

    /// Starts a file.
    ///
    /// - Parameters:
    ///   - path: The file to replace, or to create, with its folder.
    ///   - identity: What it is a snapshot of.
    ///   - beforeStep: Called before each call of the system that changes the disk; for tests, as ``ReplacementFile`` says.
    /// - Throws: ``SnapshotFileError/stream(_:)`` when the system refuses.
    package init(
        path: String, identity: SnapshotIdentity,
        beforeStep: @escaping (ReplacementFile.Step) throws(ByteStreamError) -> Void = { _ in }
    ) throws(SnapshotFileError) {
        file = try Self.replacement(for: path, beforeStep)
        header = SnapshotHeader(identity: identity)
    }

    /// Creates the file with a page of zeros: the header comes last, and until then its place does not even look like one.
    private static func replacement(
        for path: String, _ beforeStep: @escaping (ReplacementFile.Step) throws(ByteStreamError) -> Void
    ) throws(SnapshotFileError) -> ReplacementFile {
        do throws(ByteStreamError) {
            let file = try ReplacementFile(replacing: path, beforeStep: beforeStep)
            try file.write([UInt8](repeating: 0, count: SnapshotHeader.length).span)
            return file
        } catch {
            throw .stream(error)
        }
    }

    /// Starts a section; what is appended from now on is in it.
    ///
    /// - Parameters:
    ///   - name: Told apart from all others of the file.
    ///   - byteCount: About how long it will be: decides where it begins.
    /// - Throws: ``SnapshotFileError/stream(_:)`` when the system refuses.
    package mutating func begin(_ name: String, byteCount: Int) throws(SnapshotFileError) {
        precondition(!sections.contains { $0.name == name }, "The section '\(name)' is written twice.")
        // The first section follows the header at once, so that every byte of the file is under a checksum.
        try pad(to: sections.isEmpty ? 64 : SnapshotSection.alignment(byteCount: byteCount))
        sections.append(SnapshotSection(name: name, range: file.byteCount..<file.byteCount))
    }

    /// Appends numbers to the section.
    package mutating func append<Element: BitwiseCopyable & Numeric>(
        _ numbers: Span<Element>
    ) throws(SnapshotFileError) {
        try write(numbers)
        sections[sections.count - 1].checksum.append(numbers)
        sections[sections.count - 1].end = file.byteCount
    }

    /// Appends a part of some pages to the section.
    package mutating func append(_ pages: PageMemory, _ range: Range<Int>) throws(SnapshotFileError) {
        try pages.withBytes(range) { bytes throws(SnapshotFileError) in
            do throws(ByteStreamError) {
                try file.write(bytes)
            } catch {
                throw .stream(error)
            }
            sections[sections.count - 1].checksum.append(bytes)
        }
        sections[sections.count - 1].end = file.byteCount
    }

    /// Writes a section whole.
    package mutating func add(_ name: String, _ bytes: [UInt8]) throws(SnapshotFileError) {
        try begin(name, byteCount: bytes.count)
        try append(bytes.span)
    }

    /// Writes a column as a section.
    package mutating func add<Element>(_ name: String, _ column: PageColumn<Element>) throws(SnapshotFileError) {
        try begin(name, byteCount: column.count * MemoryLayout<Element>.stride)
        try column.withSpan { numbers throws(SnapshotFileError) in try append(numbers) }
    }

    /// Writes numbers as a section.
    package mutating func add<Element: BitwiseCopyable & Numeric & Sendable>(
        _ name: String, _ numbers: [Element]
    ) throws(SnapshotFileError) {
        try begin(name, byteCount: numbers.count * MemoryLayout<Element>.stride)
        try append(numbers.span)
    }

    /// Writes lists as three sections: `name.elements`, `name.starts` and `name.bases`.
    package mutating func add<Element>(_ name: String, _ lists: PageLists<Element>) throws(SnapshotFileError) {
        try add(name + ".elements", lists.elements)
        try add(name + ".starts", lists.starts)
        try add(name + ".bases", lists.bases)
    }

    /// Writes table and header, and puts the file in its place once it is on the disk.
    ///
    /// - Returns: The file's length in bytes.
    @discardableResult
    package consuming func commit() throws(SnapshotFileError) -> Int {
        try pad(to: 64)
        let table = SnapshotSection.encoded(sections)
        header.table = file.byteCount..<file.byteCount + table.count
        header.tableChecksum = Checksum(of: table)
        header.byteCount = header.table.upperBound
        try write(table.span)
        do throws(ByteStreamError) {
            try file.overwrite(header.encoded(), at: 0)
            try file.commit()
        } catch {
            throw .stream(error)
        }
        return header.byteCount
    }

    /// Writes zeros up to a multiple of `alignment`; they count to the section before.
    private mutating func pad(to alignment: Int) throws(SnapshotFileError) {
        let missing = (alignment - file.byteCount % alignment) % alignment
        guard missing > 0 else { return }
        let zeros = [UInt8](repeating: 0, count: missing)
        try write(zeros.span)
        let last = sections.count - 1
        if last >= 0 { sections[last].checksum.append(zeros.span) }
    }

    private func write<Element: BitwiseCopyable & Numeric>(_ numbers: Span<Element>) throws(SnapshotFileError) {
        do throws(ByteStreamError) {
            try file.write(numbers)
        } catch {
            throw .stream(error)
        }
    }
}
