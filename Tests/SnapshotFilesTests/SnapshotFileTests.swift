import ByteStreams
import SnapshotFiles
import TestSupport
import Testing

@Suite("A snapshot file")
struct SnapshotFileTests {
    static let identity = SnapshotIdentity(kind: "test", version: 3, fingerprint: [1, 2, 250])

    /// Writes a file of small sections, whose numbers follow from the seed.
    static func write(
        _ path: String, seed: UInt64 = 1,
        beforeStep: @escaping (ReplacementFile.Step) throws(ByteStreamError) -> Void = { _ in }
    ) throws {
        var generator = SeededGenerator(seed: seed)
        var writer = try SnapshotFileWriter(path: path, identity: identity, beforeStep: beforeStep)
        try writer.add("numbers", (0..<200).map { _ in generator.next() })
        try writer.add("none", [UInt8]())
        try writer.add("odd", (0..<33).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
        var texts = PageListsBuilder<UInt8>()
        for index in 0..<100 { texts.append("text \(index)".utf8) }
        try writer.add("texts", texts.finish())
        try writer.commit()
    }

    static func numbers(seed: UInt64) -> [UInt64] {
        var generator = SeededGenerator(seed: seed)
        return (0..<200).map { _ in generator.next() }
    }

    @Test("gives back what was written, in place", arguments: 0..<3)
    func roundTrip(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/new/folder/a.snapshot"
        try Self.write(path, seed: seed)
        let file = try SnapshotFile(path: path, expecting: Self.identity)
        let numbers = try file.column("numbers", of: UInt64.self, count: 200)
        #expect(numbers.elements(0..<200) == Self.numbers(seed: seed))
        #expect(numbers[199] == Self.numbers(seed: seed)[199])
        #expect(try file.bytes("none") == [])
        #expect(try file.column("none", of: UInt32.self).count == 0)
        #expect(try file.bytes("odd").count == 33)
        let texts = try file.lists("texts", of: UInt8.self, count: 100)
        #expect((0..<100).map { texts.text($0) } == (0..<100).map { "text \($0)" })
    }

    @Test("keeps long sections at huge pages and checks them in pieces")
    func longSections() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        let long = (0..<UInt32(3_000_001)).map { $0 &* 2_654_435_761 }
        var writer = try SnapshotFileWriter(path: path, identity: Self.identity)
        try writer.add("first", [UInt8(7)])
        try writer.add("long", long)
        try writer.add("last", long)
        let byteCount = try writer.commit()
        let file = try SnapshotFile(path: path, expecting: Self.identity)
        #expect(file.byteCount == byteCount)
        #expect(byteCount >= (2 << 20) + 2 * 4 * long.count && byteCount < (6 << 20) + 2 * 4 * long.count)
        #expect(try file.column("long", of: UInt32.self).elements(0..<long.count) == long)
        #expect(try file.column("last", of: UInt32.self).elements(0..<long.count) == long)
    }

    @Test("is refused when any byte has changed", arguments: 0..<4)
    func damage(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        try Self.write(folder.path + "/a")
        let whole = try folder.bytes(of: "a")
        var generator = SeededGenerator(seed: seed)
        // Every byte behind the header and those of its fields, and some of the header's padding.
        let positions =
            Array(0..<96) + Array(4090..<whole.count)
            + (0..<50).map { _ in Int.random(in: 96..<4090, using: &generator) }
        for position in positions where position % 4 == Int(seed) {
            var bytes = whole
            bytes[position] ^= UInt8.random(in: 1...255, using: &generator)
            try folder.write(bytes, to: "b")
            #expect(throws: SnapshotFileError.self, "byte \(position)") {
                try SnapshotFile(path: folder.path + "/b", expecting: Self.identity)
            }
        }
    }

    @Test("is refused when it is cut or continued", arguments: 0..<2)
    func truncation(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        try Self.write(folder.path + "/a")
        let whole = try folder.bytes(of: "a")
        var generator = SeededGenerator(seed: seed)
        let lengths =
            [1, 7, 8, 4095, 4096, whole.count - 1]
            + (0..<40).map { _ in Int.random(in: 1..<whole.count, using: &generator) }
        for length in lengths {
            try folder.write(Array(whole.prefix(length)), to: "b")
            let error = try #require(throws: SnapshotFileError.self) {
                try SnapshotFile(path: folder.path + "/b", expecting: Self.identity)
            }
            #expect(
                error
                    == .wrongLength(
                        path: folder.path + "/b", expected: length < 4096 ? 4096 : whole.count, found: length))
        }
        try folder.write(whole + [0], to: "b")
        #expect(
            throws: SnapshotFileError.wrongLength(
                path: folder.path + "/b", expected: whole.count, found: whole.count + 1)
        ) { try SnapshotFile(path: folder.path + "/b", expecting: Self.identity) }
    }

    @Test("says why it is refused, and that it will be rebuilt")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/b"
        try Self.write(folder.path + "/a")
        let whole = try folder.bytes(of: "a")
        func refusal(_ bytes: [UInt8], expecting identity: SnapshotIdentity = Self.identity) throws -> SnapshotFileError
        {
            try folder.write(bytes, to: "b")
            let error = try #require(throws: SnapshotFileError.self) {
                try SnapshotFile(path: path, expecting: identity)
            }
            #expect(error.description.hasSuffix("will be rebuilt from the database."))
            return error
        }
        #expect(try refusal([]) == .empty(path: path))
        #expect(try refusal(Array("PK\u{3}\u{4}".utf8) + whole) == .foreign(path: path))
        var other = whole
        other[8..<12].reverse()
        #expect(try refusal(other) == .otherByteOrder(path: path))
        other = whole
        other[12] = 2
        #expect(try refusal(other) == .otherVersion(path: path, known: 1, found: 2))
        let later = SnapshotIdentity(kind: "test", version: 2, fingerprint: [1, 2, 250])
        #expect(try refusal(whole, expecting: later) == .otherVersion(path: path, known: 2, found: 3))
        for (kind, fingerprint) in [("tests", [1, 2, 250]), ("test", [1, 2])] as [(String, [UInt8])] {
            let foreign = SnapshotIdentity(kind: kind, version: 3, fingerprint: fingerprint)
            #expect(
                try refusal(whole, expecting: foreign)
                    == .otherIdentity(path: path, expected: foreign, found: Self.identity))
        }
        other = whole
        other[4096 + 9] ^= 1
        guard case .damaged(path, "numbers", _, _) = try refusal(other) else {
            Issue.record("The damage is not named.")
            return
        }
        let missing = try #require(throws: SnapshotFileError.self) {
            try SnapshotFile(path: folder.path + "/c", expecting: Self.identity)
        }
        #expect(missing.isMissing)
    }

    @Test("refuses to read a section as what it is not")
    func wrongSections() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder.path + "/a")
        let file = try SnapshotFile(path: folder.path + "/a", expecting: Self.identity)
        #expect(throws: SnapshotFileError.self) { try file.bytes("absent") }
        #expect(throws: SnapshotFileError.self) { try file.column("odd", of: UInt32.self) }
        #expect(throws: SnapshotFileError.self) { try file.column("numbers", of: UInt64.self, count: 199) }
        #expect(throws: SnapshotFileError.self) { try file.lists("texts", of: UInt8.self, count: 99) }
    }
}
