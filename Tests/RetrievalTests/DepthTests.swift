import Domain
import Foundation
import Retrieval
import TestSupport
import Testing
import VectorKernels

@Suite("An index at another depth")
struct DepthTests {
    private static let enough = CostBudget(limit: CostUnits(microunits: 1 << 60))

    /// With `LINDEN_DEPTH_ROWS=1000000` it is the benchmark of a change of prefix.
    @Test("is ready soon: no list is made, and no model is asked")
    func soon() throws {
        let setting = ProcessInfo.processInfo.environment["LINDEN_DEPTH_ROWS"].flatMap(Int.init)
        let rows = setting ?? 3_000
        let ladder = PrefixLadder.standard
        var generator = SeededGenerator(seed: 5)
        let centres = (0..<100).map { _ in generator.values(256) }
        var halves: [UInt16] = []
        halves.reserveCapacity(rows * 256)
        // Few lists, as their number plays no part.
        var builder = IndexBuilder(
            ladder: ladder, policy: ListPolicy(depth: 64, rowsPerList: 2_000, minimumRows: 1_000, workers: 1))
        for row in 0..<rows {
            var values = centres[row % 100]
            values[row % 256] += Float(row % 1_000) / 500
            halves += HalfPrecision.bits(of: values.span)
            try builder.append(values.span)
        }
        let index = builder.finish()
        for depth in [128, 256, 32, 64] {
            let start = ContinuousClock.now
            let rebuilt = index.rebuilt(depth: depth) { row in
                HalfPrecision.values(of: halves.span.extracting(row * 256..<(row + 1) * 256))
            }
            let seconds = start.duration(to: .now) / .seconds(1)
            #expect(rebuilt.depth == depth && rebuilt.listCount == index.listCount && rebuilt.liveCount == rows)
            guard setting != nil else { continue }
            print("\(rows) × 256 from depth 64 to \(depth): \(seconds) s")
            #expect(seconds < 10)
        }
    }

    @Test(
        "is the one that would have been built with it, whatever came since", arguments: [(64, 16), (16, 64), (32, 8)])
    func asBuilt(from: Int, to: Int) throws {
        let ladder = try PrefixLadder([8, 16, 32, 64])
        var generator = SeededGenerator(seed: 3)
        let rows = (0..<900).map { _ in generator.values(64) }
        func index(depth: Int) throws -> IndexSnapshot {
            var builder = IndexBuilder(
                ladder: ladder, policy: ListPolicy(depth: depth, coarseDimensions: 32, minimumRows: 500, workers: 1))
            for row in rows.prefix(800) { try builder.append(row.span) }
            return try builder.finish().applying(
                rows.suffix(100).map { .upsert(embedding: $0, attributes: .plain, replacing: nil) }
                    + [.delete(row: 7), .delete(row: 850)])
        }
        let (rebuilt, built) = (try index(depth: from).rebuilt(depth: to) { rows[$0] }, try index(depth: to))
        #expect(rebuilt.depth == to && rebuilt.count == 900 && rebuilt.listCount == built.listCount)
        for query in rows.prefix(20) {
            var left = CostMeter(budget: Self.enough)
            var right = CostMeter(budget: Self.enough)
            let found = try rebuilt.candidates(
                for: query.span, dimensions: to, count: 50, mask: rebuilt.mask(), model: .shipped, paying: &left)
            let expected = try built.candidates(
                for: query.span, dimensions: to, count: 50, mask: built.mask(), model: .shipped, paying: &right)
            let (spent, wanted) = (left.finish().spent, right.finish().spent)
            #expect(found == expected && spent == wanted)
        }
        #expect(try index(depth: to).merged().rebuilt(depth: from) { rows[$0] }.depth == from)
    }
}
