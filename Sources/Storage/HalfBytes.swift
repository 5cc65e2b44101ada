/// Half-precision rows as `bytea` holds them: little-endian, two bytes an element.
enum HalfBytes {
    static func bits(_ bytes: [UInt8]) -> [UInt16] {
        (0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
    }

    static func bytes(_ bits: ArraySlice<UInt16>) -> [UInt8] {
        bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}
