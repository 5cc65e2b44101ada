import TestSupport
import Testing
import VectorKernels

@Suite("A scan for several queries")
struct BatchScanTests {
    @Test("finds what a scan for each alone finds, bit for bit", arguments: KernelChoice.supported)
    func everyLength(kernel: KernelChoice) throws {
        for length in Array(1...80) + [130, 256] {
            let steps = length < 3 ? [0..<length] : [0..<length / 3, length / 3..<length]
            try check(
                steps: steps, rows: 1 + length * 7 % 331, queries: 1 + length % 35, capacity: 1 + length % 5,
                share: length % 3 == 0 ? 20 : 1, kernel: kernel, seed: UInt64(length))
        }
    }

    @Test("finds it in many blocks, with thresholds that rise", arguments: KernelChoice.supported, [1, 8, 16, 29])
    func manyBlocks(kernel: KernelChoice, queries: Int) throws {
        try check(
            steps: [0..<16, 16..<32], rows: 13_001, queries: queries, capacity: 30, share: 2, kernel: kernel, seed: 1)
        try check(
            steps: [0..<4], rows: 9_000, queries: queries, capacity: 900, share: 40, kernel: kernel, seed: 2)
    }

    @Test("finds rows of negative cosines when there is nothing better", arguments: KernelChoice.supported)
    func negative(kernel: KernelChoice) throws {
        let layout = PlaneLayout(steps: [0..<2])
        var builder = PlaneTableBuilder(layout: layout, expectedRows: 500)
        for row in 0..<500 {
            let elements: [Float] = [-1, Float(row % 9) / 8]
            try builder.append(elements.span)
        }
        let table = builder.finish()
        let query: [Float] = [1, 0]
        var batch = PlaneQueryBatch(layout: layout, rung: 0, capacity: 3, kernel: kernel)
        for _ in 0..<3 { batch.append(query.span) }
        var best = [TopK](repeating: TopK(capacity: 20), count: 3)
        let masks = [UInt64](repeating: .max, count: 7) + [(1 << 52) - 1]
        table.scan(block: 0, for: &batch, among: (masks + masks + masks).span, into: &best)
        var single = TopK(capacity: 20)
        let alone = try PlaneQuery(query.span, rung: 0, layout: layout)
        table.scan(block: 0, for: alone, among: masks.span, into: &single, kernel: kernel)
        #expect(best.allSatisfy { $0.ranked() == single.ranked() })
        #expect(single.ranked().allSatisfy { $0.score < 0 })
    }

    /// Compares a batch with scans one by one, on a random table with random masks of one row in `share`.
    private func check(
        steps: [Range<Int>], rows: Int, queries: Int, capacity: Int, share: Int, kernel: KernelChoice, seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let layout = PlaneLayout(steps: steps)
        var builder = PlaneTableBuilder(layout: layout, expectedRows: rows)
        for _ in 0..<rows {
            let row = generator.values(layout.dimensions)
            try builder.append(row.span)
        }
        let table = builder.finish()
        let vectors = (0..<queries).map { _ in generator.values(layout.dimensions) }
        for rung in steps.indices {
            var batch = PlaneQueryBatch(layout: layout, rung: rung, capacity: queries, kernel: kernel)
            for vector in vectors { batch.append(vector.span) }
            var best = (0..<queries).map { TopK(capacity: $0 % 4 == 3 ? 0 : capacity + $0) }
            var alone = best
            let single = try vectors.map { try PlaneQuery($0.span, rung: rung, layout: layout) }
            for block in 0..<table.blockCount {
                let blockRows = table.rows(ofBlock: block).count
                var masks: [UInt64] = []
                for query in 0..<queries {
                    let part = RowMask(
                        rowCount: blockRows,
                        rows: (0..<blockRows).filter { _ in Int.random(in: 0..<share, using: &generator) == 0 })
                    masks += part.words
                    table.scan(
                        block: block, for: single[query], among: part.words.span, into: &alone[query], kernel: kernel)
                }
                table.scan(block: block, for: &batch, among: masks.span, into: &best)
            }
            for query in 0..<queries {
                #expect(best[query].ranked() == alone[query].ranked(), "query \(query), rung \(rung) of \(steps)")
            }
        }
    }
}
