import ByteStreams
import TestSupport
import Testing

@Suite("A checksum")
struct ChecksumTests {
    @Test("is CRC-32C as RFC 3720 has it")
    func knownValues() {
        #expect(Checksum(of: []).value == 0)
        #expect(Checksum(of: Array("123456789".utf8)).value == 0xe306_9283)
        #expect(Checksum(of: [UInt8](repeating: 0, count: 32)).value == 0x8a91_36aa)
        #expect(Checksum(of: [UInt8](repeating: 0xff, count: 32)).value == 0x62a8_ab43)
    }

    @Test("is the same by tables, in pieces, and joined", arguments: 0..<8)
    func ways(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for count in [0, 1, 7, 8, 9, 4096, 12_287, 12_288, 12_289, 40_000] {
            let bytes = (0..<count + 3).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            let shifted = Array(bytes.dropFirst(Int(seed % 3)).prefix(count))
            let whole = Checksum(of: shifted)
            let cut = Int.random(in: 0...count, using: &generator)
            var pieces = Checksum(of: Array(shifted[..<cut]))
            var joined = pieces
            pieces.append(Array(shifted[cut...]).span)
            joined.append(Checksum(of: Array(shifted[cut...])), byteCount: count - cut)
            var portable = Checksum()
            portable.appendPortably(shifted.span)
            #expect(pieces == whole && joined == whole && portable == whole, "\(count) bytes cut at \(cut)")
        }
    }
}
