import ByteStreams
import Domain
import TestSupport
import Testing
import VectorFiles

@Suite("A vector file reader")
struct VectorFileReaderTests {
    @Test("reads embeddings of every format, plain or gzip, bit for bit", arguments: 0..<60)
    func embeddings(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let dimensions = Int.random(in: 1...70, using: &random)
        let rows = (0..<Int.random(in: 1...300, using: &random)).map { _ in
            random.values(dimensions).map { Float(Float16($0 + 2)) }
        }
        let (bytes, suffix) =
            switch seed % 4 {
            case 0: (VectorBytes.fvecs(rows), ".fvecs")
            case 1: (VectorBytes.npy(rows), ".npy")
            case 2: (VectorBytes.npy(rows, version: UInt8.random(in: 2...3, using: &random)), ".bin")
            default: (VectorBytes.npy(halves: rows.map { $0.map { Float16($0) } }), ".npy")
            }
        let isCompressed = Bool.random(using: &random)
        let file = try TemporaryFile(isCompressed ? storedGzip(bytes) : bytes, suffix: suffix)

        var reader = try VectorFileReader(file.source, blockBytes: Int.random(in: 1...5000, using: &random))
        #expect(reader.dimensions == dimensions)
        #expect(reader.rowCount == (isCompressed && suffix == ".fvecs" ? nil : rows.count))
        var found: [[Float]] = []
        var block: [Float] = []
        while case let count = try reader.readEmbeddings(into: &block), count > 0 {
            #expect(block.count == count * dimensions)
            found += stride(from: 0, to: block.count, by: dimensions).map { Array(block[$0..<$0 + dimensions]) }
        }

        #expect(found == rows)
        #expect(reader.rowsRead == rows.count)
        #expect(try reader.readEmbeddings(into: &block) == 0)
        #expect(try VectorFileReader.embeddings(of: file.source).elements == rows.flatMap(\.self))
    }

    @Test("reads ids of every format", arguments: 0..<30)
    func ids(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let width = Int.random(in: 1...120, using: &random)
        let rows = (0..<Int.random(in: 1...60, using: &random)).map { _ in
            (0..<width).map { _ in Int(Int32.random(in: .min ... .max, using: &random)) }
        }
        let (bytes, suffix) =
            switch seed % 3 {
            case 0: (VectorBytes.ivecs(rows), ".ivecs")
            case 1: (VectorBytes.npy(ids: rows, as: Int32.self), ".npy")
            default: (VectorBytes.npy(ids: rows, as: Int64.self), ".npy")
            }
        let file = try TemporaryFile(bytes, suffix: suffix)

        var reader = try VectorFileReader(file.source, blockBytes: Int.random(in: 1...5000, using: &random))
        var found: [Int] = []
        var block: [Int] = []
        while try reader.readIDs(into: &block) > 0 { found += block }

        #expect(found == rows.flatMap(\.self))
    }

    @Test("finds a file that is cut anywhere", arguments: 1..<VectorBytes.fvecs(twoRows).count)
    func truncatedFvecs(length: Int) throws {
        let file = try TemporaryFile(Array(VectorBytes.fvecs(twoRows).prefix(length)), suffix: ".fvecs")
        let rowBytes = 4 + 3 * 4
        if length == rowBytes {
            #expect(try VectorFileReader.embeddings(of: file.source).count == 1)
        } else {
            #expect(
                throws: VectorFileError.truncated(
                    name: file.path, wholeRows: length / rowBytes, expectedRows: nil)
            ) { try VectorFileReader.embeddings(of: file.source) }
        }
    }

    @Test(
        "finds a NumPy file that is cut anywhere, before it reads a row", arguments: 1..<VectorBytes.npy(twoRows).count)
    func truncatedNumpy(length: Int) throws {
        let whole = VectorBytes.npy(twoRows)
        let file = try TemporaryFile(Array(whole.prefix(length)), suffix: ".npy")
        let headerBytes = whole.count - 24
        #expect {
            _ = try VectorFileReader(file.source)
        } throws: { error in
            switch error as? VectorFileError {
            case .unknownFormat: length < 8
            case .badHeader: length >= 8 && length < headerBytes
            case .truncated(file.path, (length - headerBytes) / 12, 2): length >= headerBytes
            default: false
            }
        }
    }

    @Test("finds a compressed NumPy file that holds less or more than it says", arguments: [-1, 1])
    func otherLength(change: Int) throws {
        let whole = VectorBytes.npy(twoRows)
        let bytes = change < 0 ? whole.dropLast() : whole + [0]
        let file = try TemporaryFile(storedGzip(Array(bytes)), suffix: ".npy.gz")
        let error =
            change < 0
            ? VectorFileError.truncated(name: file.path, wholeRows: 1, expectedRows: 2)
            : .trailingBytes(name: file.path, rows: 2)
        #expect(throws: error) { try VectorFileReader.embeddings(of: file.source) }
    }

    @Test("names the row and column that is not finite", arguments: [Float.nan, .infinity, -.infinity, .signalingNaN])
    func notFinite(value: Float) throws {
        var rows = [[Float]](repeating: [1, 2, 3, 4, 5], count: 100)
        rows[70][3] = value
        for (bytes, suffix) in [(VectorBytes.fvecs(rows), ".fvecs"), (VectorBytes.npy(rows), ".npy")] {
            let file = try TemporaryFile(bytes, suffix: suffix)
            #expect(throws: VectorFileError.notFinite(name: file.path, row: 70, column: 3)) {
                var reader = try VectorFileReader(file.source, blockBytes: 200)
                var block: [Float] = []
                while try reader.readEmbeddings(into: &block) > 0 {}
            }
        }
    }

    @Test("finds a row of another length, wherever the lengths lead", arguments: 1..<40, [1, 2, 4, 7])
    func unequal(row: Int, length: Int) throws {
        var rows = [[Float]](repeating: [1, 2, 3], count: 40)
        rows[row] = [Float](repeating: 1, count: length)
        let file = try TemporaryFile(VectorBytes.fvecs(rows), suffix: ".fvecs")
        let error = VectorFileError.unequalRows(name: file.path, row: row, found: length, expected: 3)
        #expect(throws: error) { try VectorFileReader.embeddings(of: file.source) }
    }
}

private let twoRows: [[Float]] = [[1, 2, 3], [4, 5, 6]]
