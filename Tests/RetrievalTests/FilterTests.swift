import Domain
import Retrieval
import TestSupport
import Testing
import VectorKernels

@Suite("A filter")
struct FilterTests {
    @Test("lets through the rows that the plainest test does", arguments: 0..<20 as Range<UInt64>)
    func equalsReference(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var attributes = (0..<300).map { _ in Self.randomAttributes(using: &generator) }
        var index = try Self.index(attributes)
        var live = Set(0..<300)
        for _ in 0..<3 {
            let filter = Self.randomFilter(using: &generator)
            let excluded = (0..<20).map { _ in Int.random(in: 0..<attributes.count, using: &generator) }
            let expected = live.filter { Self.passes(attributes[$0], filter) }.subtracting(excluded)
            #expect(try index.mask(for: filter, excludedRows: excluded).rows == expected.sorted())

            // The same must hold after changes.
            let row = live.randomElement(using: &generator) ?? 0
            let other = (live.subtracting([row])).randomElement(using: &generator) ?? 0
            let new = [Self.randomAttributes(using: &generator), Self.randomAttributes(using: &generator)]
            index = try index.applying([
                .setAttributes(new[0], row: row), .delete(row: other),
                .upsert(embedding: [1, 1], attributes: new[1], replacing: nil),
            ])
            attributes[row] = new[0]
            live.remove(other)
            live.insert(attributes.count)
            attributes.append(new[1])
        }
    }

    @Test("holds for many rows of one value", arguments: [4_096, 4_097, 70_000])
    func dense(rows: Int) throws {
        let index = try Self.index((0..<rows).map { RowAttributes(categories: [$0 % 7 == 0 ? "seventh" : "other"]) })
        let filter = ItemFilter(categories: ["seventh"])
        #expect(try index.byRow(index.mask(for: filter)).rows == Array(stride(from: 0, to: rows, by: 7)))
        let emptied = try index.applying(
            stride(from: 0, to: rows, by: 14).map { .setAttributes(RowAttributes(categories: ["other"]), row: $0) })
        #expect(try emptied.byRow(emptied.mask(for: filter)).rows == Array(stride(from: 7, to: rows, by: 14)))
        #expect(try index.mask(for: filter).count == (rows + 6) / 7)
    }

    @Test("for nothing in particular leaves out the rows that are not available")
    func availability() throws {
        let index = try Self.index([.plain, RowAttributes(isAvailable: false), .plain])
        #expect(try index.mask().rows == [0, 2])
        #expect(try index.mask(for: ItemFilter(includesUnavailable: true)).rows == [0, 1, 2])
        #expect(Set(try index.scan([1, 0], dimensions: 2, count: 3).map(\.row)) == [0, 2])
    }

    @Test("on a key that no item has is refused, on a value that none has matches none")
    func undeclared() throws {
        let index = try Self.index([RowAttributes(attributes: ["language": ["en"], "age": ["old"]])])
        #expect(throws: RetrievalError.undeclaredAttribute("colour", declared: ["age", "language"])) {
            try index.mask(for: ItemFilter(attributes: ["colour": ["red"]]))
        }
        #expect(try index.mask(for: ItemFilter(attributes: ["language": ["fr"]])).rows.isEmpty)
        #expect(try index.mask(for: ItemFilter(categories: ["book"])).rows.isEmpty)
        #expect(try index.mask(for: ItemFilter(attributes: ["language": ["fr", "en"]])).rows == [0])
    }

    @Test("passes over excluded rows that are not there")
    func excludesStrangers() throws {
        let index = try Self.index([.plain, .plain])
        #expect(try index.mask(excludedRows: [-1, 1, 2, 99]).rows == [0])
    }

    private static func index(_ attributes: [RowAttributes]) throws -> IndexSnapshot {
        let elements = attributes.indices.flatMap { row -> [Float] in [Float(1 + row % 50), 1] }
        return try IndexSnapshot(
            ladder: PrefixLadder([2]), embeddings: EmbeddingTable(dimensions: 2, elements: elements),
            attributes: attributes)
    }

    private static func passes(_ row: RowAttributes, _ filter: ItemFilter) -> Bool {
        let categories = filter.categories.map { !Set($0).isDisjoint(with: row.categories) } ?? true
        let attributes = filter.attributes.allSatisfy { key, values in
            !Set(values).isDisjoint(with: row.attributes[key] ?? [])
        }
        return categories && attributes && (row.isAvailable || filter.includesUnavailable)
    }

    private static func randomAttributes(using generator: inout SeededGenerator) -> RowAttributes {
        RowAttributes(
            isAvailable: Int.random(in: 0..<5, using: &generator) > 0,
            categories: words(["film", "book", "game"], using: &generator),
            attributes: [
                "language": words(["en", "fr"], using: &generator) + ["any"],
                "age": words(["old", "new", "new"], using: &generator) + ["any"],
            ])
    }

    private static func randomFilter(using generator: inout SeededGenerator) -> ItemFilter {
        ItemFilter(
            categories: Bool.random(using: &generator) ? words(["film", "book", "game"], using: &generator) : nil,
            attributes: Bool.random(using: &generator)
                ? ["language": words(["en", "fr"], using: &generator), "age": ["old"]] : [:],
            includesUnavailable: Bool.random(using: &generator))
    }

    private static func words(_ all: [String], using generator: inout SeededGenerator) -> [String] {
        all.filter { _ in Bool.random(using: &generator) }
    }
}
