import ByteStreams
import TestSupport
import Testing

@Suite("A byte reader")
struct ByteReaderTests {
    @Test("reads a file, plain or gzip of several members, byte for byte", arguments: 0..<40)
    func reads(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let members = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            (0..<Int.random(in: 0...70_000, using: &random)).map { _ in UInt8.random(in: 0x20...0x7e, using: &random) }
        }
        let isCompressed = seed % 2 == 1
        let stored = isCompressed ? members.flatMap(storedGzip) : members.flatMap(\.self)
        let file = try TemporaryFile(stored)
        let blockBytes = [2, 3, 17, 4096, 1 << 17][Int.random(in: 0..<5, using: &random)]

        let reader = try ByteReader(file.source, blockBytes: blockBytes)
        let bytes = try contents(of: reader, roomBytes: Int.random(in: 1...100_000, using: &random))

        #expect(bytes == members.flatMap(\.self))
        #expect(reader.isCompressed == isCompressed)
        #expect(reader.bytesRead == stored.count)
        #expect(reader.totalBytes == stored.count)
    }

    @Test("inflates what gzip has compressed")
    func compressed() throws {
        let file = try TemporaryFile(compressedFixture)
        let bytes = try contents(of: ByteReader(file.source), roomBytes: 50)
        #expect(bytes == Array(("user_id,item_id\n" + String(repeating: "u1,i1\n", count: 40)).utf8))
    }

    @Test("refuses a gzip file that ends anywhere but after a member", arguments: 2..<42)
    func truncated(length: Int) throws {
        let file = try TemporaryFile(Array(compressedFixture.prefix(length)))
        if length == compressedFixture.count {
            _ = try contents(of: ByteReader(file.source), roomBytes: 1000)
        } else {
            #expect(throws: ByteStreamError.truncatedGzip(name: file.path)) {
                try contents(of: ByteReader(file.source), roomBytes: 1000)
            }
        }
    }

    @Test(
        "refuses a gzip file with a wrong byte in its data or checksum, or with other bytes behind it",
        arguments: 10...42)
    func corrupt(position: Int) throws {
        var bytes = compressedFixture + [0x1f]
        bytes[position] ^= 0x55
        let file = try TemporaryFile(bytes)
        #expect { try contents(of: ByteReader(file.source), roomBytes: 1000) } throws: { error in
            switch error as? ByteStreamError {
            case .corruptGzip(file.path, _), .truncatedGzip(file.path): true
            default: false
            }
        }
    }

    @Test(
        "says what is wrong with a path",
        arguments: [
            ("/nowhere/at-all.csv", ByteStreamError.missing(name: "/nowhere/at-all.csv")),
            ("/etc/passwd/inside", ByteStreamError.missing(name: "/etc/passwd/inside")),
            ("/", ByteStreamError.directory(name: "/")),
        ])
    func refused(path: String, error: ByteStreamError) {
        #expect(throws: error) { try ByteReader(.file(path)) }
    }

    @Test("finds nothing in an empty file")
    func empty() throws {
        let file = try TemporaryFile("")
        let bytes = try contents(of: ByteReader(file.source), roomBytes: 10)
        #expect(bytes.isEmpty)
    }

    @Test("reads standard input for the argument -")
    func standardInput() {
        #expect(ByteSource(argument: "-") == .standardInput)
        #expect(ByteSource(argument: "./-") == .file("./-"))
    }

    private func contents(of reader: ByteReader, roomBytes: Int) throws -> [UInt8] {
        var room = [UInt8](repeating: 0, count: roomBytes)
        var bytes: [UInt8] = []
        while true {
            let count = try reader.read(into: &room)
            guard count > 0 else { return bytes }
            bytes += room.prefix(count)
        }
    }
}

/// What `gzip -9n` makes of a header and forty rows `u1,i1`.
private let compressedFixture: [UInt8] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x2b, 0x2d, 0x4e, 0x2d, 0x8a, 0xcf, 0x4c, 0xd1, 0xc9,
    0x2c,
    0x49, 0xcd, 0x05, 0xd2, 0x5c, 0xa5, 0x86, 0x3a, 0x99, 0x86, 0x23, 0x88, 0x04, 0x00, 0x11, 0xb2, 0x26, 0x0b, 0x00,
    0x01,
    0x00, 0x00,
]
