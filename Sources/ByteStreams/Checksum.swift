internal import CChecksum

/// CRC-32C of bytes as they come by: tells damaged bytes from those that were written, not forged ones.
package struct Checksum: Hashable, Sendable {
    /// The checksum so far; 0 for no bytes.
    package private(set) var value: UInt32 = 0

    package init() {}

    /// A checksum that was stored.
    package init(value: UInt32) {
        self.value = value
    }

    /// The checksum of some bytes.
    package init(of bytes: RawSpan) {
        append(bytes)
    }

    /// The checksum of some bytes.
    package init(of bytes: [UInt8]) {
        append(bytes.span)
    }

    /// Goes on with the bytes that follow.
    package mutating func append(_ bytes: RawSpan) {
        // SAFETY: the function reads the span's bytes while the closure runs.
        value = unsafe bytes.withUnsafeBytes { unsafe linden_crc32c(value, $0.baseAddress, $0.count) }
    }

    /// Goes on with the bytes of numbers.
    package mutating func append<Element: BitwiseCopyable & Numeric>(_ numbers: Span<Element>) {
        // SAFETY: numbers have no padding, so all bytes are there to be read.
        append(unsafe numbers.bytes)
    }

    /// The same by tables, as a CPU without an instruction for it does: what the other is checked against.
    package mutating func appendPortably(_ bytes: Span<UInt8>) {
        // SAFETY: as above.
        value = unsafe bytes.withUnsafeBytes { unsafe linden_crc32c_portable(value, $0.baseAddress, $0.count) }
    }

    /// Goes on with `byteCount` bytes whose own checksum is `next`, without reading them again.
    package mutating func append(_ next: Checksum, byteCount: Int) {
        value = linden_crc32c_join(value, next.value, UInt64(byteCount))
    }
}
