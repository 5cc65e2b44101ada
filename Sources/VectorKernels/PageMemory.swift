import CVectorKernels

/// Memory on pages of its own, for tables that are written once and then only read.
///
/// From 2 MiB on it is aligned for huge pages and asks for them: a scan of 64 MB took 2.6 ms on them and 4.0 ms on small
/// pages, in one run. Whoever builds a table writes to it before anyone else sees it; after that
/// nobody writes, which makes it safe to share. It may also stand for pages that someone else keeps, such as those of a
/// mapped file: such memory is only read.
@safe
package final class PageMemory: Sendable {
    /// The pages' address; a number, because the memory is this object's own and pointers cannot be sent.
    private let address: UInt
    /// Bytes that may be used; zero when the object is made, unless someone else keeps them.
    package let byteCount: Int
    /// Who keeps the pages; `nil` when this object does.
    private let owner: (any AnyObject & Sendable)?

    package init(byteCount: Int) {
        precondition(byteCount > 0, "Pages for \(byteCount) bytes.")
        // SAFETY: the C function answers NULL or memory of that size.
        guard let pages = unsafe linden_pages_allocate(byteCount) else {
            preconditionFailure("The system has no \(byteCount) bytes of memory left for a table.")
        }
        address = UInt(bitPattern: pages)
        self.byteCount = byteCount
        owner = nil
    }

    /// Stands for bytes that `owner` keeps, readable and unchanged, for as long as it lives.
    ///
    /// Nobody may write to them through this object.
    @unsafe
    package init(reading address: UInt, byteCount: Int, keeping owner: any AnyObject & Sendable) {
        precondition(address != 0 && byteCount > 0, "Pages for \(byteCount) bytes.")
        self.address = address
        self.byteCount = byteCount
        self.owner = owner
    }

    deinit {
        guard owner == nil else { return }
        // SAFETY: the memory came from linden_pages_allocate with this size, and nobody holds this object any more.
        unsafe linden_pages_free(UnsafeMutableRawPointer(bitPattern: address), byteCount)
    }

    /// The same bytes on pages of their own.
    package func copied() -> PageMemory {
        let copy = PageMemory(byteCount: byteCount)
        // SAFETY: both memories hold so many bytes, and nobody else has seen the copy.
        unsafe withPointer(at: 0) { from in
            unsafe copy.withPointer(at: 0) { to in unsafe to.copyMemory(from: from, byteCount: byteCount) }
        }
        return copy
    }

    /// Lends the bytes of `range`, once nobody writes any more.
    package func withBytes<Result, Failure: Error>(
        _ range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "Bytes \(range) of \(byteCount).")
        defer { withExtendedLifetime(self) {} }
        // SAFETY: the range lies in the memory, and `self` lives until `body` has returned.
        let start = unsafe UnsafeRawPointer(bitPattern: address + UInt(range.lowerBound))
        return try unsafe body(UnsafeRawBufferPointer(start: start, count: range.count).bytes)
    }

    /// Calls `body` with the address of byte `offset`.
    ///
    /// The pointer is valid for `byteCount - offset` bytes, until `body` returns. Only the builder that made this object may
    /// write, and only before it lets a table out.
    @unsafe
    package func withPointer<Result>(at offset: Int, _ body: (UnsafeMutableRawPointer) -> Result) -> Result {
        precondition(offset >= 0 && offset <= byteCount, "Byte \(offset) of \(byteCount).")
        // SAFETY: the address is not zero, and `self` lives until the closure returns.
        guard let base = unsafe UnsafeMutableRawPointer(bitPattern: address) else {
            preconditionFailure("Pages without an address.")
        }
        defer { withExtendedLifetime(self) {} }
        return unsafe body(base + offset)
    }
}
