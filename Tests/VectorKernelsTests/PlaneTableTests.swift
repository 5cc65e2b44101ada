import TestSupport
import Testing
import VectorKernels

@Suite("A plane table")
struct PlaneTableTests {
    @Test("scores every length as the plainest loop does, bit for bit", arguments: KernelChoice.supported)
    func everyLength(kernel: KernelChoice) throws {
        for length in 1...130 {
            let steps = length < 3 ? [0..<length] : [0..<length / 3, length / 3..<length]
            try check(steps: steps, rows: 1 + length % 37, kernel: kernel, seed: UInt64(length))
        }
    }

    @Test("scores every rung of a ladder as the plainest loop does", arguments: KernelChoice.supported, [1, 16, 700])
    func everyRung(kernel: KernelChoice, rows: Int) throws {
        try check(steps: [0..<16, 16..<32, 32..<64, 64..<128, 128..<256], rows: rows, kernel: kernel, seed: 1)
        try check(steps: [0..<3, 3..<10, 10..<11, 11..<77], rows: rows, kernel: kernel, seed: 2)
    }

    @Test("scans only rows of the mask", arguments: KernelChoice.supported, 0..<4 as Range<UInt64>)
    func masks(kernel: KernelChoice, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let elements = generator.values(5_000 * 24)
        let layout = PlaneLayout(steps: [0..<8, 8..<24])
        let table = try Self.table(elements, layout: layout)
        let mask = RowMask(
            rowCount: 5_000,
            rows: (0..<5_000).filter { _ in Int.random(in: 0..<50, using: &generator) == 0 })
        let query = try PlaneQuery(generator.values(24).span, rung: 1, layout: layout)
        #expect(Set(Self.scan(table, query, mask, kernel: kernel).map(\.row)) == Set(mask.rows))
    }

    @Test("scans the same after growing as when built at once", arguments: [1, 15, 4_000, 4_096, 5_000])
    func grows(first: Int) throws {
        var generator = SeededGenerator(seed: 5)
        let elements = generator.values(9_000 * 20)
        let layout = PlaneLayout(steps: [0..<4, 4..<20])
        let whole = try Self.table(elements, layout: layout)
        let start = try Self.table(Array(elements.prefix(first * 20)), layout: layout)
        var grown = start
        for row in first..<9_000 where (row - first) % 1_000 == 0 {
            let end = min(9_000, row + 1_000)
            var builder = PlaneTableBuilder(extending: grown, expectedRows: end - row)
            for row in row..<end {
                try builder.append(elements.span.extracting(row * 20..<(row + 1) * 20))
            }
            grown = builder.finish()
        }
        let query = try PlaneQuery(generator.values(20).span, rung: 1, layout: layout)
        let everything = RowMask(rowCount: 9_000, allRows: true)
        #expect(Self.scan(grown, query, everything) == Self.scan(whole, query, everything))
        // The table that was extended still ends where it did.
        let early = RowMask(rowCount: first, allRows: true)
        #expect(Self.scan(start, query, early).count == first)
    }

    @Test("refuses rows and queries without direction or of another length")
    func refuses() throws {
        let layout = PlaneLayout(steps: [0..<2, 2..<4])
        var builder = PlaneTableBuilder(layout: layout, expectedRows: 1)
        let short: [Float] = [1, 2, 3]
        let infinite: [Float] = [1, .infinity, 0, 0]
        let zero: [Float] = [0, 0, 0, 0]
        let zeroPrefix: [Float] = [0, 0, 1, 0]
        #expect(throws: VectorError.wrongLength(expected: 4, found: 3)) { try builder.append(short.span) }
        #expect(throws: VectorError.notFinite) { try builder.append(infinite.span) }
        #expect(throws: VectorError.zeroNorm) { try builder.append(zero.span) }
        try builder.append(zeroPrefix.span)
        #expect(builder.finish().count == 1)
        #expect(throws: VectorError.zeroNorm) { try PlaneQuery(zeroPrefix.span, rung: 0, layout: layout) }
        #expect(throws: VectorError.wrongLength(expected: 4, found: 3)) {
            try PlaneQuery(short.span, rung: 0, layout: layout)
        }
        #expect(try PlaneQuery(zeroPrefix.span, rung: 1, layout: layout).rung == 1)
    }

    @Test("gives a row with a zero prefix the score zero")
    func zeroPrefix() throws {
        let layout = PlaneLayout(steps: [0..<2, 2..<4])
        let table = try Self.table([0, 0, 1, 0], layout: layout)
        let query: [Float] = [1, 1, 1, 1]
        let found = Self.scan(
            table, try PlaneQuery(query.span, rung: 0, layout: layout), RowMask(rowCount: 1, allRows: true))
        #expect(found == [ScoredRow(row: 0, score: 0)])
    }

    @Test("reads each byte of the planes once when its speed is measured", arguments: KernelChoice.supported)
    func readsEachByte(kernel: KernelChoice) throws {
        var generator = SeededGenerator(seed: 3)
        let layout = PlaneLayout(steps: [0..<8, 8..<13])
        let elements = generator.values(500 * 13)
        let table = try Self.table(elements, layout: layout)
        var sums = [UInt64](repeating: 0, count: 2)
        for row in 0..<500 {
            let bytes = Reference.codes(Array(elements[row * 13..<(row + 1) * 13])).map { UInt64($0 + 128) }
            sums[0] += bytes.prefix(8).reduce(0, +)
            sums[1] += bytes.reduce(3 * 128, +)  // three dimensions of padding
        }
        // Groups of 16 rows are padded with bytes of 0.
        #expect((0...1).map { table.readPlanes(rung: $0, kernel: kernel) } == sums)
    }

    /// Compares all rows and rungs of a random table with the plainest loop.
    private func check(steps: [Range<Int>], rows: Int, kernel: KernelChoice, seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let layout = PlaneLayout(steps: steps)
        let elements = generator.values(rows * layout.dimensions)
        let query = generator.values(layout.dimensions)
        let table = try Self.table(elements, layout: layout)
        for (rung, step) in steps.enumerated() {
            let planeQuery = try PlaneQuery(query.span, rung: rung, layout: layout)
            let found = Self.scan(table, planeQuery, RowMask(rowCount: rows, allRows: true), kernel: kernel)
            #expect(found.count == rows)
            for item in found {
                let row = Array(elements[item.row * layout.dimensions..<(item.row + 1) * layout.dimensions])
                let expected = Reference.scanScore(row, query, dimensions: step.upperBound)
                #expect(item.score.bitPattern == (expected + 0).bitPattern, "row \(item.row) of \(steps), rung \(rung)")
            }
        }
    }

    private static func table(_ elements: [Float], layout: PlaneLayout) throws -> PlaneTable {
        let rows = elements.count / layout.dimensions
        var builder = PlaneTableBuilder(layout: layout, expectedRows: rows)
        for row in 0..<rows {
            try builder.append(elements.span.extracting(row * layout.dimensions..<(row + 1) * layout.dimensions))
        }
        return builder.finish()
    }

    /// All rows of the mask with their scores, best first.
    private static func scan(
        _ table: PlaneTable, _ query: PlaneQuery, _ mask: RowMask, kernel: KernelChoice = .current
    ) -> [ScoredRow] {
        var best = TopK(capacity: max(1, table.count))
        for block in 0..<table.blockCount {
            let rows = table.rows(ofBlock: block)
            var words = [UInt64](repeating: 0, count: (rows.count + 63) / 64)
            for row in rows where mask.contains(row) {
                words[(row - rows.lowerBound) / 64] |= 1 << UInt64((row - rows.lowerBound) % 64)
            }
            table.scan(block: block, for: query, among: words.span, into: &best, kernel: kernel)
        }
        return best.ranked()
    }
}
