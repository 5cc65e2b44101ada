package import VectorKernels

/// Numbers side by side in memory that is only read: in a mapped file, in place, or on pages of their own.
package struct PageColumn<Element: BitwiseCopyable & Numeric & Sendable>: Sendable {
    package let count: Int
    @usableFromInline let address: UInt
    /// What holds the address; `nil` when there are no numbers.
    private let memory: PageMemory?

    /// The numbers that lie in `memory`, from its first byte to its last.
    ///
    /// - Returns: `nil` when the memory does not hold whole numbers of this type, or not where the CPU wants them.
    package init?(in memory: PageMemory) {
        let stride = MemoryLayout<Element>.stride
        // SAFETY: only the number of the address is taken; it is read while `memory` is held.
        address = unsafe memory.withPointer(at: 0) { UInt(bitPattern: $0) }
        guard memory.byteCount % stride == 0, address % UInt(MemoryLayout<Element>.alignment) == 0 else { return nil }
        count = memory.byteCount / stride
        self.memory = memory
    }

    /// Copies numbers onto pages of their own.
    package init(_ elements: [Element]) {
        count = elements.count
        guard count > 0 else {
            memory = nil
            address = 0
            return
        }
        let pages = PageMemory(byteCount: count * MemoryLayout<Element>.stride)
        // SAFETY: the new pages have room for the elements' bytes, and nobody else has seen them.
        address = unsafe pages.withPointer(at: 0) { start in
            unsafe elements.withUnsafeBytes {
                unsafe start.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(start), byteCount: $0.count)
            }
            return UInt(bitPattern: start)
        }
        memory = pages
    }

    /// The number at `index`.
    @inlinable
    package subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "Number \(index) of \(count).")
        // SAFETY: `memory` holds `count` numbers from the address on, aligned, and any bits are a valid number.
        let numbers = unsafe UnsafePointer<Element>(bitPattern: address)
        guard let numbers = unsafe numbers else { preconditionFailure("A column without an address.") }
        return unsafe numbers[index]
    }

    /// Lends the numbers as a span.
    package func withSpan<Result, Failure: Error>(
        _ body: (Span<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(memory) {} }
        // SAFETY: `memory` holds `count` numbers from the address on, and is held until `body` has returned.
        let start = unsafe UnsafePointer<Element>(bitPattern: address)
        return try unsafe body(UnsafeBufferPointer(start: start, count: count).span)
    }

    /// The numbers of `range`.
    package func elements(_ range: Range<Int>) -> [Element] {
        withSpan { numbers in
            let part = numbers.extracting(range)
            // SAFETY: the buffer is copied while the closure runs.
            return unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
        }
    }
}

extension RawSpan {
    /// The bytes as an array of their own.
    package func copied() -> [UInt8] {
        // SAFETY: the buffer is copied while the closure runs.
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
