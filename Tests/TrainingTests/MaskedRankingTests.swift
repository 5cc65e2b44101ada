import Domain
import Testing
import Training

@Suite("A masked ranking")
struct MaskedRankingTests {
    @Test(
        "is the plain sort by cosine at every rung, without the hidden items", arguments: 0..<4 as Range<UInt64>,
        [1, 2, 3])
    func plainSort(seed: UInt64, threads: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let ladder = try PrefixLadder([2, 5, 8])
        let (users, items, k) = (1 + generator.index(below: 140), 1 + generator.index(below: 200), 7)
        func table(_ rows: Int) -> EmbeddingTable {
            EmbeddingTable(dimensions: 8, elements: (0..<rows * 8).map { _ in generator.normal() })
        }
        let (queries, catalogue) = (table(users), table(items))
        let hidden = (0..<users).map { _ in (0..<items).map(Int32.init).filter { _ in generator.unit() < 0.3 } }
        let ranking = MaskedRanking(items: catalogue, ladder: ladder, threads: threads)
        let best = ranking.best(k, for: queries, hiding: hidden)
        #expect(best.count == 3 && best.allSatisfy { $0.count == users })
        for (rung, prefix) in ladder.rungs.enumerated() {
            for user in 0..<users {
                let query = queries.elements[queries.range(of: user)].prefix(prefix)
                let scores = (0..<items).map { item in
                    let row = catalogue.elements[catalogue.range(of: item)].prefix(prefix)
                    let dot = zip(query, row).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                    return dot / row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                }
                let expected = (0..<items).filter { !hidden[user].contains(Int32($0)) }
                    .sorted { scores[$0] > scores[$1] }.prefix(k)
                let found = best[rung][user].map { scores[Int($0)] }
                #expect(found.count == expected.count)
                #expect(zip(found, expected).allSatisfy { abs($0 - scores[$1]) < 1e-4 })
            }
        }
    }
}
