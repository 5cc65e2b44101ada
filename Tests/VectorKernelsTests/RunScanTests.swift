import TestSupport
import Testing
import VectorKernels

@Suite("A scan of runs of rows")
struct RunScanTests {
    @Test("finds what a scan of whole blocks finds among their rows", arguments: 0..<30 as Range<UInt64>)
    func sameAsBlocks(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = Int.random(in: 1...9_000, using: &generator)
        let layout = PlaneLayout(steps: [0..<4, 4..<10])
        var builder = PlaneTableBuilder(layout: layout, expectedRows: rows)
        // In one case of three rows ascend along a direction, so that a sample misleads; in another many are equal.
        for row in 0..<rows {
            var values = generator.values(10)
            if seed % 3 == 1 { values[0] += Float(row) / 100 }
            if seed % 3 == 2, row % 5 > 0 { values = [1, 1, 0, 0, 0, 0, 0, 0, 0, 1] }
            try builder.append(values.span)
        }
        let table = builder.finish()
        var runs: [RowRun] = []
        var inRuns = RowMask(rowCount: rows)
        var row = 0
        while row < rows {
            let length = min(Int.random(in: 1...90, using: &generator), rows - row)
            if Int.random(in: 0..<4, using: &generator) > 0 {
                runs.append(RowRun(row..<row + length))
                for row in row..<row + length { inRuns.insert(row) }
            }
            row += length
        }
        let share = Int.random(in: 1...8, using: &generator)
        let mask = RowMask(
            rowCount: rows, rows: (0..<rows).filter { _ in Int.random(in: 0..<share, using: &generator) == 0 })
        var both = mask
        both.formIntersection(inRuns)
        for (rung, kernel) in [0, 1].flatMap({ rung in KernelChoice.supported.map { (rung, $0) } }) {
            let query = try PlaneQuery(generator.values(10).span, rung: rung, layout: layout)
            for count in [0, 1, 10, 100, 1_000] {
                var found = TopK(capacity: count)
                table.scan(runs: runs.span, for: query, among: mask.words.span, into: &found, kernel: kernel)
                var expected = TopK(capacity: count)
                for block in 0..<table.blockCount {
                    let words =
                        table.rows(ofBlock: block).lowerBound / 64..<(table.rows(ofBlock: block).upperBound + 63) / 64
                    table.scan(
                        block: block, for: query, among: both.words.span.extracting(words), into: &expected,
                        kernel: .scalar)
                }
                #expect(found.ranked() == expected.ranked())
            }
        }
    }
}
