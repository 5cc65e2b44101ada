import TestSupport
import Testing
import VectorKernels

@Suite("The best k")
struct TopKTests {
    @Test("are those of a sort, ties by row, in whatever order they come", arguments: 0..<20 as Range<UInt64>)
    func equalsSort(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rows = Int.random(in: 0...3_000, using: &generator)
        let capacity = Int.random(in: 1...400, using: &generator)
        // Few distinct scores, so that there are many ties.
        let scored = (0..<rows).map { row in
            ScoredRow(row: row, score: Float(Int.random(in: -20...20, using: &generator)) / 16)
        }
        var best = TopK(capacity: capacity)
        for item in scored.shuffled(using: &generator) {
            best.consider(row: item.row, score: item.score)
        }
        let sorted = scored.sorted { ($1.score, $0.row) < ($0.score, $1.row) }
        #expect(best.ranked() == Array(sorted.prefix(capacity)))
    }

    @Test("never lose a row to the threshold", arguments: 0..<5 as Range<UInt64>)
    func threshold(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let scores = generator.values(5_000)
        var all = TopK(capacity: 37)
        var passing = TopK(capacity: 37)
        for (row, score) in scores.enumerated() {
            all.consider(row: row, score: score)
            if score >= passing.threshold { passing.consider(row: row, score: score) }
        }
        #expect(passing.threshold > -.infinity)
        #expect(passing.ranked() == all.ranked())
    }

    @Test("of none are none")
    func none() {
        var best = TopK(capacity: 0)
        best.consider(row: 1, score: 1)
        #expect(best.ranked().isEmpty)
    }

    @Test("hold zero and minus zero equal, and keep infinities at the ends")
    func zeros() {
        var best = TopK(capacity: 4)
        for (row, score) in [(3, 0), (2, -0.0), (0, -.infinity), (9, .infinity)] as [(Int, Float)] {
            best.consider(row: row, score: score)
        }
        #expect(best.ranked().map(\.row) == [9, 2, 3, 0])
    }
}
