import Domain
import Retrieval
import TestSupport
import Testing
import VectorKernels

@Suite("Changes to an index")
struct IndexChangeTests {
    @Test("give what a fresh index of the same items gives", arguments: 0..<6 as Range<UInt64>)
    func equalsFreshIndex(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let made = ClusteredVectors(items: 12_000, queries: 3, dimensions: 32, seed: seed)
        let ladder = try PrefixLadder([8, 32])
        let first = Int.random(in: 1...9_000, using: &generator)
        var index = try IndexSnapshot(
            ladder: ladder,
            embeddings: EmbeddingTable(dimensions: 32, elements: Array(made.items.elements.prefix(first * 32))))
        /// The embedding behind each live row, as a row of the made items.
        var source = Dictionary(uniqueKeysWithValues: (0..<first).map { ($0, $0) })
        var next = first
        while next < 12_000 {
            var changes: [IndexChange] = []
            for _ in 0..<Int.random(in: 1...1_500, using: &generator) where next < 12_000 {
                let replaced = Bool.random(using: &generator) ? source.keys.min() : nil
                if let replaced { source[replaced] = nil }
                source[index.count + changes.count(where: \.isUpsert)] = next
                changes.append(
                    .upsert(embedding: made.items.row(next), attributes: .plain, replacing: replaced))
                next += 1
            }
            if let deleted = source.keys.filter({ $0 < index.count }).max() {
                source[deleted] = nil
                changes.append(.delete(row: deleted))
            }
            index = try index.applying(changes)
        }

        let order = source.keys.sorted()
        let fresh = try IndexSnapshot(
            ladder: ladder,
            embeddings: EmbeddingTable(
                dimensions: 32, elements: order.flatMap { made.items.row(source[$0] ?? 0) }))
        #expect(index.liveCount == order.count)
        for query in 0..<3 {
            for dimensions in ladder.rungs {
                let changed = try index.scan(made.queries.row(query), dimensions: dimensions, count: 200)
                let expected = try fresh.scan(made.queries.row(query), dimensions: dimensions, count: 200)
                #expect(changed == expected.map { Candidate(row: order[$0.row], score: $0.score) })
            }
        }
    }

    @Test("leave the snapshot before as it was")
    func oldSnapshotStays() throws {
        let made = ClusteredVectors(items: 100, queries: 1, dimensions: 8, seed: 1)
        let index = try IndexSnapshot(ladder: PrefixLadder([8]), embeddings: made.items)
        let query = made.queries.row(0)
        let before = try index.scan(query, dimensions: 8, count: 100)
        let best = try #require(before.first).row
        let changed = try index.applying([
            .upsert(embedding: query, attributes: .plain, replacing: best), .delete(row: before[1].row),
            .setAttributes(RowAttributes(isAvailable: false), row: before[2].row),
        ])
        #expect(try index.scan(query, dimensions: 8, count: 100) == before)
        let after = try changed.scan(query, dimensions: 8, count: 100)
        #expect(after.first?.row == 100)
        #expect(Array(after.dropFirst()) == Array(before.dropFirst(3)))
        #expect(index.count == 100)
        #expect(changed.count == 101)
        #expect(changed.liveCount == 99)
        #expect(!changed.isLive(best))
    }

    @Test("of one batch may build on each other")
    func batch() throws {
        let index = try IndexSnapshot(
            ladder: PrefixLadder([2]), embeddings: EmbeddingTable(dimensions: 2, elements: []))
        let changed = try index.applying([
            .upsert(embedding: [1, 0], attributes: .plain, replacing: nil),
            .upsert(embedding: [0, 1], attributes: .plain, replacing: 0),
            .setAttributes(RowAttributes(categories: ["new"]), row: 1),
        ])
        #expect(try changed.mask(for: ItemFilter(categories: ["new"])).rows == [1])
    }

    @Test("that make no sense are refused")
    func refuses() throws {
        let made = ClusteredVectors(items: 3, queries: 0, dimensions: 4, seed: 1)
        let index = try IndexSnapshot(ladder: PrefixLadder([4]), embeddings: made.items)
        for row in [-1, 3, 99] {
            #expect(throws: RetrievalError.noSuchRow(row, count: 3)) { try index.applying([.delete(row: row)]) }
        }
        #expect(throws: RetrievalError.noSuchRow(1, count: 3)) {
            try index.applying([.delete(row: 1), .delete(row: 1)])
        }
        #expect(throws: RetrievalError.noSuchRow(1, count: 3)) {
            try index.applying([.delete(row: 1), .setAttributes(.plain, row: 1)])
        }
        #expect(throws: RetrievalError.embedding(row: 3, .zeroNorm)) {
            try index.applying([.upsert(embedding: [0, 0, 0, 0], attributes: .plain, replacing: nil)])
        }
        #expect(throws: RetrievalError.embedding(row: 4, .wrongLength(expected: 4, found: 1))) {
            try index.applying([
                .upsert(embedding: [1, 0, 0, 0], attributes: .plain, replacing: nil),
                .upsert(embedding: [1], attributes: .plain, replacing: nil),
            ])
        }
    }

    @Test("are the same from halves as from the values that they stand for")
    func halves() throws {
        let made = ClusteredVectors(items: 50, queries: 1, dimensions: 12, seed: 8)
        let ladder = try PrefixLadder([4, 12])
        var fromHalves = IndexBuilder(ladder: ladder)
        var fromValues = IndexBuilder(ladder: ladder)
        for row in 0..<50 {
            let halves = HalfPrecision.bits(of: made.items.row(row).span)
            try fromHalves.append(halves: halves.span)
            try fromValues.append(HalfPrecision.values(of: halves.span).span)
        }
        let left = try fromHalves.finish().scan(made.queries.row(0), dimensions: 12, count: 50)
        #expect(try fromValues.finish().scan(made.queries.row(0), dimensions: 12, count: 50) == left)
    }
}

extension IndexChange {
    fileprivate var isUpsert: Bool { if case .upsert = self { true } else { false } }
}
