import ByteStreams
import Synchronization
import VectorKernels

/// Compares the bytes of all sections with their checksums, on several cores.
struct SectionCheck {
    let file: MappedFile
    let sections: [SnapshotSection]
    /// Where the last section's padding ends.
    let end: Int

    /// Bytes of a piece: what one core reads at a time.
    private static let pieceBytes = 4 << 20

    /// - Throws: ``SnapshotFileError/damaged(path:part:expected:found:)`` for the first section that differs.
    func run(by workers: MatrixWorkers) throws(SnapshotFileError) {
        let pieces = sections.indices.flatMap { section in
            let bytes = bytes(of: section)
            return stride(from: bytes.lowerBound, to: bytes.upperBound, by: Self.pieceBytes).map { start in
                (section: section, range: start..<min(bytes.upperBound, start + Self.pieceBytes))
            }
        }
        let next = Atomic(0)
        let found = Mutex([Checksum](repeating: Checksum(), count: pieces.count))
        workers.run { _ in
            while true {
                let piece = next.add(1, ordering: .relaxed).oldValue
                guard piece < pieces.count else { return }
                let range = pieces[piece].range
                file.prefetch(range)
                let checksum = file.withBytes(range) { Checksum(of: $0) }
                found.withLock { $0[piece] = checksum }
            }
        }
        var whole = [Checksum](repeating: Checksum(), count: sections.count)
        for (piece, checksum) in zip(pieces, found.withLock { $0 }) {
            whole[piece.section].append(checksum, byteCount: piece.range.count)
        }
        for (section, checksum) in zip(sections, whole) where checksum != section.checksum {
            throw .damaged(
                path: file.path, part: section.name, expected: section.checksum.value, found: checksum.value)
        }
    }

    /// A section's bytes with its padding.
    private func bytes(of section: Int) -> Range<Int> {
        let behind = section + 1 < sections.count ? sections[section + 1].range.lowerBound : end
        return sections[section].range.lowerBound..<behind
    }
}
