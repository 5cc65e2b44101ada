import Domain
import OfflineJobs
import Planning
import TestSupport
import Testing

@Suite("A replay of an allocator")
struct AllocatorReplayTests {
    /// Easy and hard queries, whose bands tell which they are.
    private func queries(_ count: Int, seed: UInt64) -> [MeasuredQuery] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            let spread = Int.random(in: 10...60, using: &generator)
            return MeasuredQuery(
                wanted: 10,
                scans: [
                    MeasuredQuery.Scan(
                        cost: CostUnits(microunits: 2_000_000),
                        places: Array((0..<spread).shuffled(using: &generator).prefix(10)).sorted(), band: spread)
                ])
        }
    }

    private func replay() throws -> AllocatorReplay {
        let grid = AllocatorGrid(
            ladder: try PrefixLadder([64]), depth: 64, lists: 0, rows: 1_000, k: 10, model: .shipped)
        var generator = SeededGenerator(seed: 3)
        let stream = (0..<15_000).map { number in
            ReplayedRequest(
                query: number % 100, value: [1, 3, 7, 15, 31].randomElement(using: &generator) ?? 1,
                draw: RequestDraw(number: UInt64(number)))
        }
        let expected = ExpectedPlans(grid: grid, queries: queries(400, seed: 1))
        return AllocatorReplay(expected: expected, queries: queries(100, seed: 2), stream: stream)
    }

    @Test("spends what it is allowed, within 3 %", arguments: [5, 6, 7] as [Double])
    func spend(units: Double) throws {
        let outcome = try replay().allocated(spending: units)
        #expect(abs(outcome.spend / units - 1) < 0.03)
    }

    @Test("finds the more the more it may spend")
    func recall() throws {
        let replayed = try replay()
        let recalls = try [4, 5, 6, 8, 12].map { try replayed.allocated(spending: $0).recall }
        #expect(recalls == recalls.sorted())
        #expect(try #require(recalls.last) > 0.95)
    }
}
