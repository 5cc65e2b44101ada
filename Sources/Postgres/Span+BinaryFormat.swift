extension Span<UInt8> {
    /// The integer whose big-endian bytes start at `offset`, which must be inside.
    @inlinable
    func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type = Integer.self, at offset: Int = 0
    ) -> Integer {
        // SAFETY: any bits are an integer, and the load checks the bounds itself.
        unsafe Integer(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Integer.self))
    }

    /// A copy.
    @inlinable
    func copied() -> [UInt8] {
        // SAFETY: the buffer is read while the span is borrowed.
        unsafe withUnsafeBufferPointer { unsafe [UInt8]($0) }
    }
}
