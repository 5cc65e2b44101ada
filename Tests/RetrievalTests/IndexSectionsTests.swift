import Domain
import Retrieval
import SnapshotFiles
import TestSupport
import Testing
import VectorKernels

@Suite("An index in a snapshot file")
struct IndexSectionsTests {
    static let policy = ListPolicy(depth: 32, coarseDimensions: 32, rowsPerList: 40, minimumRows: 1_000)
    static let identity = SnapshotIdentity(kind: "test", version: 1, fingerprint: [])

    /// Attributes of every kind, the rarer the higher the row's remainder.
    static func attributes(of row: Int) -> RowAttributes {
        RowAttributes(
            isAvailable: row % 7 != 0, categories: row % 3 == 0 ? ["fiction", "naïve"] : ["other"],
            attributes: row % 50 == 1 ? ["language": ["en", "fr"], "category": ["fiction"]] : [:])
    }

    static func restored(_ index: IndexSnapshot, in folder: TemporaryFolder) throws -> IndexSnapshot {
        var writer = try SnapshotFileWriter(path: folder.path + "/index", identity: identity)
        try index.write(to: &writer)
        try writer.commit()
        let file = try SnapshotFile(path: folder.path + "/index", expecting: identity)
        return try IndexSnapshot(from: file, ladder: index.ladder, policy: policy)
    }

    @Test("answers as it did, before and after changes and merges", arguments: [0, 10, 70, 4_096, 30_000])
    func roundTrip(rows: Int) throws {
        let folder = try TemporaryFolder()
        let made = ClusteredVectors(items: 31_000, queries: 3, dimensions: 32, seed: 1)
        var index = try IndexSnapshot(
            ladder: PrefixLadder([8, 32]),
            embeddings: EmbeddingTable(dimensions: 32, elements: Array(made.items.elements.prefix(rows * 32))),
            attributes: (0..<rows).map(Self.attributes), policy: Self.policy)
        #expect((index.listCount > 0) == (rows >= 1_000))
        func changes(from first: Int) -> [IndexChange] {
            (first..<first + 40).map {
                .upsert(embedding: made.items.row($0), attributes: Self.attributes(of: $0), replacing: nil)
            } + [.delete(row: first / 2), .setAttributes(Self.attributes(of: 1), row: first / 3)]
        }
        if rows > 0 { index = try index.applying(changes(from: rows)) }
        var restored = try Self.restored(index, in: folder)
        try Self.expectSame(restored, index, queries: made.queries)
        // A row that is dead already cannot be changed; each of these is alive.
        let more = changes(from: index.count + 2)
        index = try index.applying(more)
        restored = try restored.applying(more)
        try Self.expectSame(restored, index, queries: made.queries)
        try Self.expectSame(Self.restored(restored, in: folder), index, queries: made.queries)
        try Self.expectSame(restored.merged(), index.merged(), queries: made.queries)
        try Self.expectSame(Self.restored(restored.merged(), in: folder), index.merged(), queries: made.queries)
    }

    static func expectSame(_ one: IndexSnapshot, _ other: IndexSnapshot, queries: EmbeddingTable) throws {
        #expect(one.count == other.count && one.liveCount == other.liveCount)
        #expect(one.listCount == other.listCount && one.tailCount == other.tailCount)
        #expect((0..<one.count).allSatisfy { one.isLive($0) == other.isLive($0) })
        #expect(one.attributeKeys == other.attributeKeys)
        var filters = [
            ItemFilter(), ItemFilter(categories: ["fiction"]), ItemFilter(categories: ["naïve", "absent"]),
            ItemFilter(includesUnavailable: true),
        ]
        if one.attributeKeys.contains("language") { filters.append(ItemFilter(attributes: ["language": ["fr"]])) }
        for filter in filters {
            let masks = (try one.mask(for: filter), try other.mask(for: filter))
            #expect(masks.0 == masks.1)
            for query in 0..<queries.count {
                for dimensions in one.ladder.rungs {
                    let row = queries.row(query)
                    let found = try one.scan(row, dimensions: dimensions, count: 50, mask: masks.0)
                    #expect(try found == other.scan(row, dimensions: dimensions, count: 50, mask: masks.1))
                    let probed = try one.probe(row, 5, dimensions: dimensions, count: 50, mask: masks.0)
                    #expect(try probed == other.probe(row, 5, dimensions: dimensions, count: 50, mask: masks.1))
                }
            }
        }
    }

    @Test("is refused where its sections do not fit the generation")
    func malformed() throws {
        let folder = try TemporaryFolder()
        let made = ClusteredVectors(items: 100, queries: 0, dimensions: 32, seed: 1)
        let index = try IndexSnapshot(ladder: PrefixLadder([8, 32]), embeddings: made.items, policy: Self.policy)
        _ = try Self.restored(index, in: folder)
        let file = try SnapshotFile(path: folder.path + "/index", expecting: Self.identity)
        #expect(throws: SnapshotFileError.self) {
            _ = try IndexSnapshot(from: file, ladder: PrefixLadder([8, 16]), policy: Self.policy)
        }
        var policy = Self.policy
        policy.rowsPerList += 1
        #expect(throws: SnapshotFileError.self) {
            _ = try IndexSnapshot(from: file, ladder: index.ladder, policy: policy)
        }
        policy = Self.policy
        policy.workers += 1
        #expect(try IndexSnapshot(from: file, ladder: index.ladder, policy: policy).count == 100)
        var writer = try SnapshotFileWriter(path: folder.path + "/empty", identity: Self.identity)
        try writer.add("index.shape", [Int64(100), 0])
        try writer.commit()
        let empty = try SnapshotFile(path: folder.path + "/empty", expecting: Self.identity)
        #expect(throws: SnapshotFileError.self) { _ = try IndexSnapshot(from: empty, ladder: index.ladder) }
    }
}
