import OfflineJobs
import TestSupport
import Testing

@Suite("Ranks of neighbours in a shortlist")
struct ShortlistRanksTests {
    @Test("tell the recall of every shorter shortlist", arguments: 0..<10)
    func recalls(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let k = 5
        let shortlists = (0..<20).map { _ in Array(0..<40).shuffled(using: &random) }
        let ranks = ShortlistRanks(
            places: shortlists.map { shortlist in shortlist.indices.filter { shortlist[$0] < k } }, k: k)
        for length in [0, 1, 5, 39, 40, 100] {
            let plain = shortlists.map { Double($0.prefix(length).filter { $0 < k }.count) / Double(k) }
            #expect(ranks.recalls(shortlist: length) == plain)
        }
    }

    @Test("choose the first length that reaches a target, by its lower bound where a margin is asked")
    func shortest() {
        // Recall grows by a quarter a candidate up to 0.75, and half the queries have the last neighbour at the fourth place.
        let ranks = ShortlistRanks(places: (0..<10).map { $0 % 2 == 0 ? [0, 1, 2, 3] : [0, 1, 2] }, k: 4)
        #expect(ranks.shortest(of: [1, 2, 3, 4], reaching: 0.5, margin: 0) == 2)
        #expect(ranks.shortest(of: [1, 2, 3, 4], reaching: 0.5, margin: 10) == 2)
        #expect(ranks.shortest(of: [1, 2, 3, 4], reaching: 0.76, margin: 0) == 4)
        #expect(ranks.shortest(of: [1, 2, 3, 4], reaching: 0.86, margin: 0) == 4)
        #expect(ranks.shortest(of: [1, 2, 3, 4], reaching: 0.86, margin: 1) == nil)
        #expect(ranks.shortest(of: [1, 2, 3, 4], reaching: 0.9, margin: 0) == nil)
    }
}
