internal import Glibc
package import VectorKernels

/// A file of which the system shows the bytes as memory, read-only, until nobody holds it any more.
///
/// Files that are mapped must be replaced by ``ReplacementFile``, which leaves the old bytes as they are; whoever shortens
/// one in place ends the programs that read it.
package final class MappedFile: Sendable {
    /// The first byte's address; a number, since the memory is this object's own and pointers cannot be sent.
    private let address: UInt
    package let byteCount: Int
    package let path: String

    /// Maps a file.
    ///
    /// - Throws: ``ByteStreamError`` when the file is missing, not to be read, or no regular file.
    package init(path: String) throws(ByteStreamError) {
        self.path = path
        let file = try InputFile(.file(path))
        guard let size = file.size else {
            throw .unreadable(name: path, reason: "it is no regular file")
        }
        byteCount = size
        guard size > 0 else {
            address = 0
            return
        }
        // SAFETY: a new mapping at an address of the system's choice; it stays when the descriptor is closed.
        let start = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, file.descriptor, 0)
        // SAFETY: `MAP_FAILED` is a constant that is only compared with.
        guard unsafe start != MAP_FAILED else { throw .unreadable(name: path, code: errno) }
        address = UInt(bitPattern: start)
    }

    deinit {
        guard address != 0 else { return }
        // SAFETY: the mapping is this object's own, and whoever used it kept this object.
        unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), byteCount)
    }

    /// The bytes of `range`, in place; they keep the mapping alive.
    package func pages(_ range: Range<Int>) -> PageMemory {
        check(range)
        // SAFETY: the range lies in the mapping, which is only read and lives as long as `self`.
        return unsafe PageMemory(reading: address + UInt(range.lowerBound), byteCount: range.count, keeping: self)
    }

    /// Lends the bytes of `range`.
    package func withBytes<Result, Failure: Error>(
        _ range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        check(range)
        defer { withExtendedLifetime(self) {} }
        // SAFETY: the range lies in the mapping, and `self` lives until `body` has returned.
        let start = unsafe UnsafeRawPointer(bitPattern: address + UInt(range.lowerBound))
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : range.count)
        return try unsafe body(bytes.bytes)
    }

    /// Brings the bytes of `range` into memory in one go, many times faster than page by page as they are touched.
    ///
    /// Advice only: a system that cannot leaves it to the reading.
    package func prefetch(_ range: Range<Int>) {
        check(range)
        guard !range.isEmpty else { return }
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        let first = range.lowerBound / pageSize * pageSize
        // SAFETY: the pages lie in the mapping, and the advice changes none of their bytes.
        unsafe _ = madvise(
            UnsafeMutableRawPointer(bitPattern: address + UInt(first)), range.upperBound - first,
            Self.populateForReading)
    }

    /// Linux's `MADV_POPULATE_READ`, which older headers lack.
    private static let populateForReading: Int32 = 22

    private func check(_ range: Range<Int>) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= byteCount, "Bytes \(range) of the \(byteCount) of \(path).")
    }
}
