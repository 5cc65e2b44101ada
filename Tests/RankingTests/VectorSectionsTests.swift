import Domain
import Ranking
import SnapshotFiles
import TestSupport
import Testing
import VectorKernels

@Suite("Full vectors in a snapshot file")
struct VectorSectionsTests {
    static let identity = SnapshotIdentity(kind: "test", version: 1, fingerprint: [])

    @Test("score as they did, and grow", arguments: [0, 1, 4_096, 9_000], [VectorPrecision.half, .single])
    func roundTrip(rows: Int, precision: VectorPrecision) throws {
        let folder = try TemporaryFolder()
        let made = ClusteredVectors(items: 9_500, queries: 1, dimensions: 6, seed: 2)
        var vectors = try FullVectors(
            EmbeddingTable(dimensions: 6, elements: Array(made.items.elements.prefix(rows * 6))), precision: precision)
        var writer = try SnapshotFileWriter(path: folder.path + "/a", identity: Self.identity)
        try vectors.write(to: &writer)
        try writer.commit()
        var restored = try FullVectors(from: SnapshotFile(path: folder.path + "/a", expecting: Self.identity))
        let query = made.queries.row(0)
        for more in [0, 500] {
            vectors = try vectors.appending((0..<more).map { made.items.row(9_000 + $0) })
            restored = try restored.appending((0..<more).map { made.items.row(9_000 + $0) })
            #expect(restored.count == vectors.count && restored.dimensions == 6)
            let found = try restored.exactSearch(query.span, count: 100)
            #expect(try found == vectors.exactSearch(query.span, count: 100))
        }
    }

    @Test("are refused when they are not as many as they say")
    func malformed() throws {
        let folder = try TemporaryFolder()
        for shape in [[4, 1, 2], [0, 1, 2], [4, -1, 2], [4, 1, 3]] as [[Int64]] {
            var writer = try SnapshotFileWriter(path: folder.path + "/a", identity: Self.identity)
            try writer.add("vectors.shape", shape)
            try writer.add("vectors.rows", [UInt8](repeating: 0, count: 11))
            try writer.commit()
            let file = try SnapshotFile(path: folder.path + "/a", expecting: Self.identity)
            #expect(throws: SnapshotFileError.self) { _ = try FullVectors(from: file) }
        }
    }
}
