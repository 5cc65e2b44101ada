import ByteStreams
import SnapshotFiles
import Synchronization
import TestSupport
import Testing

@Suite("The writing of a snapshot file")
struct CrashTests {
    /// A kill at a step of the writer.
    static let killed = ByteStreamError.unwritable(name: "a", reason: "killed")

    @Test("leaves the old file or the new one, wherever it is killed", arguments: [false, true])
    func killedAnywhere(hasOld: Bool) throws {
        var isDone = false
        var survivors: Set<UInt64> = []
        for fatal in 0..<100 where !isDone {
            let folder = try TemporaryFolder()
            let path = folder.path + "/a"
            if hasOld { try SnapshotFileTests.write(path, seed: 1) }
            let step = Mutex(0)
            do {
                try SnapshotFileTests.write(path, seed: 2) { _ throws(ByteStreamError) in
                    let isFatal = step.withLock { step in
                        step += 1
                        return step > fatal
                    }
                    if isFatal { throw Self.killed }
                }
                isDone = true
            } catch {
                #expect(error as? SnapshotFileError == .stream(Self.killed))
            }
            let isThere = try folder.names.contains("a")
            #expect(isThere || !(hasOld || isDone))
            if isThere {
                let file = try SnapshotFile(path: path, expecting: SnapshotFileTests.identity)
                let numbers = try file.column("numbers", of: UInt64.self).elements(0..<200)
                let seed: UInt64 = numbers == SnapshotFileTests.numbers(seed: 1) ? 1 : 2
                #expect(numbers == SnapshotFileTests.numbers(seed: seed))
                survivors.insert(seed)
            }
            // The next writer finds its way, and clears up.
            try SnapshotFileTests.write(path, seed: 3)
            #expect(try folder.names == ["a"])
        }
        #expect(isDone)
        #expect(survivors == (hasOld ? [1, 2] : [2]))
    }

    @Test("that is given up leaves no trace")
    func givenUp() throws {
        let folder = try TemporaryFolder()
        do {
            var writer = try SnapshotFileWriter(path: folder.path + "/a", identity: SnapshotFileTests.identity)
            try writer.add("numbers", [UInt8](repeating: 1, count: 10_000))
            #expect(try folder.names.count == 1)
        }
        #expect(try folder.names == [])
    }

    @Test("leaves alone what a living writer has beside the file")
    func twoWriters() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/a"
        var first = try SnapshotFileWriter(path: path, identity: SnapshotFileTests.identity)
        #expect(throws: SnapshotFileError.self) {
            _ = try SnapshotFileWriter(path: path, identity: SnapshotFileTests.identity)
        }
        try first.add("numbers", [UInt64(5)])
        try first.commit()
        let file = try SnapshotFile(path: path, expecting: SnapshotFileTests.identity)
        #expect(try file.column("numbers", of: UInt64.self)[0] == 5)
    }

    @Test("keeps what readers of the old file read")
    func oldReaders() throws {
        let folder = try TemporaryFolder()
        try SnapshotFileTests.write(folder.path + "/a", seed: 1)
        let old = try SnapshotFile(path: folder.path + "/a", expecting: SnapshotFileTests.identity)
        let numbers = try old.column("numbers", of: UInt64.self)
        try SnapshotFileTests.write(folder.path + "/a", seed: 2)
        #expect(numbers.elements(0..<200) == SnapshotFileTests.numbers(seed: 1))
    }

    @Test("says so when the folder cannot be written")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        try folder.write([1], to: "file")
        let error = try #require(throws: SnapshotFileError.self) {
            try SnapshotFileTests.write(folder.path + "/file/a")
        }
        #expect(error.description.contains(folder.path + "/file could not be"))
    }
}
