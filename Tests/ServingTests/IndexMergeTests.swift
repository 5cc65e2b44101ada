import Serving
import TestSupport
import Testing

@Suite("A merge beside the feed")
struct IndexMergeTests {
    @Test("is one at a time, and has missed what came since it began")
    func missed() throws {
        var merge = IndexMerge<String, Int>()
        merge.note([1])
        let begun = merge.begin()
        let number = try #require(begun)
        let second = merge.begin()
        #expect(second == nil)
        merge.note([2, 3])
        let early = merge.take()
        #expect(early == nil)
        merge.finish(number, with: "merged")
        merge.note([4])
        let result = merge.take()
        let taken = try #require(result)
        #expect(taken.index == "merged" && taken.missed == [2, 3, 4])
        let again = merge.take()
        #expect(again == nil && merge.isIdle)
    }

    @Test("counts for nothing once it is abandoned or has failed")
    func abandoned() throws {
        var merge = IndexMerge<String, Int>()
        let first = merge.begin()
        merge.abandon()
        let second = merge.begin()
        merge.finish(try #require(first), with: "of another generation")
        let taken = merge.take()
        #expect(taken == nil)
        merge.finish(try #require(second), with: nil)
        #expect(merge.isIdle)
    }

    @Test("loses no change, whenever it begins and ends", arguments: 0..<50)
    func replay(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var merge = IndexMerge<[Int], Int>()
        var served: [Int] = []
        var underWay: (number: Int, index: [Int])?
        for change in 0..<300 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: if let number = merge.begin() { underWay = (number, served) }
            case 1:
                if let (number, index) = underWay {
                    merge.finish(number, with: Bool.random(using: &random) ? index : nil)
                    underWay = nil
                }
            default:
                if let (index, missed) = merge.take() { served = index + missed }
                merge.note([change])
                served.append(change)
            }
        }
        #expect(served == served.sorted() && Set(served).count == served.count)
        #expect(served.count > 100)
    }
}
