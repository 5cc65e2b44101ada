import Domain
import Serving
import TestSupport
import Testing
import Towers

@Suite("The served items")
struct ServedItemsTests {
    /// What each item and each row should be, kept in the plainest way.
    struct Reference {
        var rows: [ServedItem] = []
        var live: [ItemNumber: Int] = [:]
    }

    static func item(_ number: Int, using generator: inout SeededGenerator) throws -> ServedItem {
        ServedItem(
            number: ItemNumber(Int64(number)), id: try ItemID("item-\(number)-é"),
            title: String(repeating: "wörd ", count: Int.random(in: 0...3, using: &generator)),
            features: ItemFeatures(
                item: Bool.random(using: &generator) ? number : nil,
                categories: (0..<Int32.random(in: 0...2, using: &generator)).map(\.self),
                words: (0..<Int32.random(in: 0...3, using: &generator)).map { $0 * 7 }),
            interactions: Int.random(in: 0...9, using: &generator))
    }

    static func check(_ items: ServedItems, _ reference: Reference, numbers: Int) throws {
        #expect(items.count == reference.rows.count)
        for (row, item) in reference.rows.enumerated() { #expect(items[row] == item) }
        for number in -1...numbers {
            let row = reference.live[ItemNumber(Int64(number))]
            #expect(items.row(of: ItemNumber(Int64(number))) == row)
            #expect(items.row(of: try ItemID("item-\(number)-é")) == row)
        }
        // Composed and decomposed, an id is two.
        #expect(items.row(of: try ItemID("item-0-e\u{301}")) == nil)
    }

    @Test("are found by row, number and id, whatever came and went", arguments: [0, 1, 5, 400], 0..<4)
    func changes(loaded: Int, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var reference = Reference()
        for number in 0..<loaded {
            reference.live[ItemNumber(Int64(number))] = number
            reference.rows.append(try Self.item(number, using: &generator))
        }
        var items = ServedItems(reference.rows)
        try Self.check(items, reference, numbers: loaded)
        for _ in 0..<60 {
            let number = Int.random(in: 0..<loaded + 20, using: &generator)
            let item = try Self.item(number, using: &generator)
            switch (Int.random(in: 0..<3, using: &generator), reference.live[item.number]) {
            case (0, _):
                items.append(item)
                reference.live[item.number] = reference.rows.count
                reference.rows.append(item)
            case (1, let row?):
                items.describe(row, as: item)
                reference.rows[row] = item
            case (_, let row):
                let removed = items.remove(item.number)
                #expect(removed == row)
                reference.live[item.number] = nil
            }
        }
        try Self.check(items, reference, numbers: loaded + 20)
        try Self.check(items.compacted(), reference, numbers: loaded + 20)
    }

    @Test("are the same columns when nothing has changed")
    func unchanged() throws {
        var generator = SeededGenerator(seed: 1)
        let items = ServedItems(try (0..<10).map { try Self.item($0, using: &generator) })
        #expect(items.compacted()[9] == items[9] && items.compacted().count == 10)
    }
}
