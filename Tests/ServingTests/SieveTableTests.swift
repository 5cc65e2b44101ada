import Serving
import TestSupport
import Testing

@Suite("A SIEVE table")
struct SieveTableTests {
    static let dimensions = 3

    static func vector(_ key: Int64, version: UInt16 = 0) -> ArraySlice<UInt16> {
        [UInt16(key), UInt16(key) &+ 1, version][...]
    }

    static func table(places: Int) -> SieveTable {
        SieveTable(
            dimensions: dimensions, byteCount: places * SieveTable.bytesPerVector(dimensions: dimensions) + 7)
    }

    /// SIEVE by the book: a list from the oldest to the newest, and a hand.
    struct Reference {
        let capacity: Int
        var list: [(key: Int64, vector: ArraySlice<UInt16>, wasAskedFor: Bool)] = []
        var hand: Int64?

        mutating func vector(_ key: Int64) -> ArraySlice<UInt16>? {
            guard let place = list.firstIndex(where: { $0.key == key }) else { return nil }
            list[place].wasAskedFor = true
            return list[place].vector
        }

        mutating func remove(_ key: Int64) {
            guard let place = list.firstIndex(where: { $0.key == key }) else { return }
            if hand == key { hand = place + 1 < list.count ? list[place + 1].key : nil }
            list.remove(at: place)
        }

        mutating func insert(_ vector: ArraySlice<UInt16>, for key: Int64) {
            if let place = list.firstIndex(where: { $0.key == key }) {
                list[place].vector = vector
                return
            }
            if list.count == capacity {
                var place = hand.flatMap { hand in list.firstIndex { $0.key == hand } } ?? 0
                while list[place].wasAskedFor {
                    list[place].wasAskedFor = false
                    place = (place + 1) % list.count
                }
                hand = list[place].key
                remove(list[place].key)
            }
            list.append((key, vector, false))
        }
    }

    @Test("keeps what SIEVE keeps, and gives back what was put in", arguments: 0..<30)
    func reference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let places = Int.random(in: 1...12, using: &random)
        var table = Self.table(places: places)
        var reference = Reference(capacity: places)
        for step in 0..<2_000 {
            let key = Int64.random(in: 0..<25, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                table.remove(key)
                reference.remove(key)
            case 1...5:
                var found: [UInt16] = []
                let isThere = table.copy(key, to: &found)
                #expect(found == Array(reference.vector(key) ?? []) && isThere == !found.isEmpty)
            default:
                table.insert(Self.vector(key, version: UInt16(step)), for: key)
                reference.insert(Self.vector(key, version: UInt16(step)), for: key)
            }
            #expect(table.count == reference.list.count && table.count <= places)
        }
        #expect((0..<25).filter { table.contains($0) } == reference.list.map(\.key).sorted())
    }

    @Test("keeps what is asked for again and again while a scan goes by")
    func scan() {
        var table = Self.table(places: 100)
        var ignored: [UInt16] = []
        for key in 0..<100 as Range<Int64> { table.insert(Self.vector(key), for: key) }
        for key in 100..<10_000 as Range<Int64> {
            for popular in 0..<50 as Range<Int64> { _ = table.copy(popular, to: &ignored) }
            ignored.removeAll()
            table.insert(Self.vector(key), for: key)
        }
        #expect((0..<50).allSatisfy { table.contains($0) })
    }
}
