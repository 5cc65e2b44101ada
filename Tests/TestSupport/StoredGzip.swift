/// One gzip member that holds `bytes` uncompressed (RFC 1952, RFC 1951 section 3.2.4): the plainest gzip there is.
public func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
    var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
    var rest = bytes[...]
    repeat {
        let block = rest.prefix(0xffff)
        rest = rest.dropFirst(block.count)
        let length = UInt16(block.count)
        member.append(rest.isEmpty ? 1 : 0)
        member += littleEndian(UInt32(length), bytes: 2) + littleEndian(UInt32(~length), bytes: 2) + block
    } while !rest.isEmpty
    return member + littleEndian(checksum(bytes), bytes: 4) + littleEndian(UInt32(bytes.count), bytes: 4)
}

private func littleEndian(_ number: UInt32, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: number >> UInt32(8 * $0)) }
}

/// CRC-32 of RFC 1952, a bit at a time.
private func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
        (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
    }
}
