import Domain
import Ranking
import TestSupport
import Testing
import VectorKernels

@Suite("Full vectors")
struct FullVectorsTests {
    @Test("are searched exactly", arguments: [VectorPrecision.half, .single], 0..<3 as Range<UInt64>)
    func exactSearch(precision: VectorPrecision, seed: UInt64) throws {
        let made = ClusteredVectors(items: 5_000, queries: 1, dimensions: 32, seed: seed)
        let vectors = try FullVectors(made.items, precision: precision)
        let query = made.queries.row(0)
        let expected = (0..<5_000).map { Candidate(row: $0, score: Self.cosine(vectors.embedding(ofRow: $0), query)) }
            .sorted(by: Candidate.ranksBefore)
        let found = try vectors.exactSearch(query.span, count: 20)
        #expect(found.count == 20)
        for (found, expected) in zip(found, expected) {
            #expect(abs(found.score - expected.score) < 1e-5)
        }
        #expect(Set(found.prefix(10).map(\.row)) == Set(expected.prefix(10).map(\.row)))
    }

    @Test("are searched among the rows of a mask")
    func masked() throws {
        let made = ClusteredVectors(items: 5_000, queries: 1, dimensions: 8, seed: 1)
        let vectors = try FullVectors(made.items)
        let query = made.queries.row(0)
        let all = try vectors.exactSearch(query.span, count: 5_000)
        let mask = RowMask(rowCount: 5_000, rows: stride(from: 0, to: 5_000, by: 9))
        let found = try vectors.exactSearch(query.span, count: 30, mask: mask)
        #expect(found == Array(all.filter { $0.row % 9 == 0 }.prefix(30)))
    }

    @Test("grow, and stay as they were for those who hold them", arguments: [1, 100, 4_096])
    func grow(first: Int) throws {
        let made = ClusteredVectors(items: 6_000, queries: 0, dimensions: 4, seed: 2)
        let start = try FullVectors(
            EmbeddingTable(dimensions: 4, elements: Array(made.items.elements.prefix(first * 4))))
        let grown = try start.appending((first..<6_000).map { made.items.row($0) })
        let whole = try FullVectors(made.items)
        #expect(start.count == first)
        #expect(grown.count == 6_000)
        #expect((0..<6_000).allSatisfy { grown.embedding(ofRow: $0) == whole.embedding(ofRow: $0) })
    }

    @Test("refuse what has no direction, and say which row")
    func refuse() throws {
        #expect(throws: RankingError.embedding(row: 1, .zeroNorm)) {
            try FullVectors(EmbeddingTable(dimensions: 2, elements: [1, 0, 0, 0]))
        }
        let vectors = try FullVectors(EmbeddingTable(dimensions: 2, elements: [1, 0]))
        #expect(throws: RankingError.embedding(row: 2, .notFinite)) {
            try vectors.appending([[0, 1], [.nan, 0]])
        }
        let bits = HalfPrecision.bits(of: [Float](repeating: 0.5, count: 2).span)
        var builder = FullVectorsBuilder(dimensions: 2, expectedRows: 1)
        try builder.append(halves: bits.span)
        #expect(builder.finish().embedding(ofRow: 0) == [0.5, 0.5])
    }

    private static func cosine(_ left: [Float], _ right: [Float]) -> Float {
        func product(_ left: [Float], _ right: [Float]) -> Double {
            zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return Float(product(left, right) / (product(left, left) * product(right, right)).squareRoot())
    }
}
