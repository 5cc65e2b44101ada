/// Half-precision rows as `bytea` holds them: little-endian, two bytes an element.
enum HalfBytes {
    static func bits(_ bytes: [UInt8]) -> [UInt16] { bits(bytes.span) }

    static func bits(_ bytes: Span<UInt8>) -> [UInt16] {
        var bits = [UInt16](repeating: 0, count: bytes.count / 2)
        var elements = bits.mutableSpan
        for index in elements.indices {
            elements[index] = UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
        }
        return bits
    }

    static func bytes(_ bits: ArraySlice<UInt16>) -> [UInt8] {
        bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}
