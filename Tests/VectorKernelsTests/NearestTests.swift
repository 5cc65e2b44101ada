import TestSupport
import Testing
import VectorKernels

@Suite("The nearest row")
struct NearestTests {
    @Test("is the one that the plainest loop finds, for any length", arguments: KernelChoice.supported)
    func everyLength(kernel: KernelChoice) throws {
        for length in Array(1...80) + [127, 130, 256] {
            let steps = length < 3 ? [0..<length] : [0..<length / 3, length / 3..<length]
            try check(
                steps: steps, rows: 1 + length % 53, queries: 1 + length % 19, ranges: [0..<1 + length % 53],
                kernel: kernel, seed: UInt64(length))
        }
    }

    @Test("is found in any range of rows", arguments: KernelChoice.supported, [1, 2, 15, 16, 17, 40])
    func ranges(kernel: KernelChoice, length: Int) throws {
        let ranges = (0..<36).map { $0..<$0 + length }
        try check(steps: [0..<4, 4..<10], rows: 76, queries: 13, ranges: ranges, kernel: kernel, seed: 1)
    }

    @Test("is found across blocks and many groups", arguments: KernelChoice.supported)
    func blocks(kernel: KernelChoice) throws {
        let ranges = [0..<9_000, 4_095..<4_097, 4_000..<8_999, 8_192..<9_000]
        try check(steps: [0..<2, 2..<3], rows: 9_000, queries: 9, ranges: ranges, kernel: kernel, seed: 2)
    }

    @Test("is the lowest of equal ones, and never a row outside the range", arguments: KernelChoice.supported)
    func ties(kernel: KernelChoice) throws {
        // Rows repeat every seven; all rows past 70 would win.
        let layout = PlaneLayout(steps: [0..<3])
        var builder = PlaneTableBuilder(layout: layout, expectedRows: 100)
        for row in 0..<100 {
            let elements: [Float] = row < 70 ? [Float(row % 7) - 8, 3, 1] : [1, 1, 1]
            try builder.append(elements.span)
        }
        let table = builder.finish()
        let query: [Float] = [1, 1, 1]
        var batch = PlaneQueryBatch(layout: layout, rung: 0, capacity: 5, kernel: kernel)
        for _ in 0..<5 { batch.append(query.span) }
        for start in 0..<60 {
            let expected = (start..<70).first { $0 % 7 == 6 } ?? start
            #expect(
                Self.nearest(batch, in: table, among: start..<70).rows == [Int32](repeating: Int32(expected), count: 5))
        }
    }

    @Test("is that of the vector for a row of its codes", arguments: KernelChoice.supported, [4, 15, 64])
    func codes(kernel: KernelChoice, dimensions: Int) throws {
        var generator = SeededGenerator(seed: 9)
        let layout = PlaneLayout(steps: [0..<dimensions])
        let table = try Self.table(generator.values(60 * dimensions), layout: layout)
        var rows = CodeRows(dimensions: dimensions)
        var byValue = PlaneQueryBatch(layout: layout, rung: 0, capacity: 11, kernel: kernel)
        var byCode = PlaneQueryBatch(layout: layout, rung: 0, capacity: 11, kernel: kernel)
        for row in 0..<11 {
            let values = generator.values(dimensions)
            rows.append(values.span)
            byValue.append(values.span)
            byCode.append(rows, row: row)
        }
        let found = Self.nearest(byValue, in: table, among: 0..<60)
        let foundByCodes = Self.nearest(byCode, in: table, among: 0..<60)
        #expect(found.rows == foundByCodes.rows && found.scores == foundByCodes.scores)
    }

    @Test("is the first of the range for a query without direction")
    func zeroQuery() throws {
        var generator = SeededGenerator(seed: 4)
        let layout = PlaneLayout(steps: [0..<5])
        let table = try Self.table(generator.values(40 * 5), layout: layout)
        var batch = PlaneQueryBatch(layout: layout, rung: 0, capacity: 2)
        for query in [[0, 0, 0, 0, 0], [1, .nan, 0, 0, 0]] as [[Float]] { batch.append(query.span) }
        let found = Self.nearest(batch, in: table, among: 7..<30)
        #expect(found.rows == [7, 7])
        #expect(found.scores == [0, 0])
    }

    @Test(
        "does not depend on how a query was packed, or on what the batch held before", arguments: KernelChoice.supported
    )
    func packing(kernel: KernelChoice) throws {
        var generator = SeededGenerator(seed: 5)
        let layout = PlaneLayout(steps: [0..<3, 3..<22, 22..<30])
        let table = try Self.table(generator.values(90 * 30), layout: layout)
        let queries = (0..<11).map { _ in generator.values(30).map { Float(Float16($0)) } }
        var batches: [[Int32]] = []
        var batch = PlaneQueryBatch(layout: layout, rung: 1, capacity: 11, kernel: kernel)
        for form in 0..<3 {
            for query in queries {
                let halves = HalfPrecision.bits(of: query.span)
                let single = try PlaneQuery(query.span, rung: 1, layout: layout)
                switch form {
                case 0: batch.append(query.span)
                case 1: batch.append(halves: halves.span)
                default: batch.append(single)
                }
            }
            let found = Self.nearest(batch, in: table, among: 0..<90)
            batches.append(found.rows + found.scores.map { Int32(bitPattern: $0.bitPattern) })
            batch.removeAll()
            let other = generator.values(30)
            batch.append(other.span)
            batch.removeAll()
        }
        #expect(batches[0] == batches[1])
        #expect(batches[0] == batches[2])
    }

    /// Compares the nearest rows of random queries with those that the plainest loop finds.
    private func check(
        steps: [Range<Int>], rows: Int, queries: Int, ranges: [Range<Int>], kernel: KernelChoice, seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let layout = PlaneLayout(steps: steps)
        let dimensions = layout.dimensions
        let elements = generator.values(rows * dimensions)
        let table = try Self.table(elements, layout: layout)
        let vectors = (0..<queries).map { _ in generator.values(dimensions) }
        let codes = (0..<rows).map { Reference.codes(Array(elements[$0 * dimensions..<($0 + 1) * dimensions])) }
        for (rung, step) in steps.enumerated() {
            var batch = PlaneQueryBatch(layout: layout, rung: rung, capacity: queries, kernel: kernel)
            for vector in vectors { batch.append(vector.span) }
            let scores = vectors.map { vector in
                let query = Reference.codes(Array(vector.prefix(step.upperBound)))
                return codes.map { Reference.nearnessScore($0.prefix(step.upperBound), query) }
            }
            for range in ranges {
                let found = Self.nearest(batch, in: table, among: range)
                for query in 0..<queries {
                    var best = range.lowerBound
                    for row in range where scores[query][row] > scores[query][best] { best = row }
                    #expect(found.rows[query] == Int32(best), "query \(query), rows \(range), rung \(rung) of \(steps)")
                    #expect(found.scores[query] == scores[query][best])
                }
            }
        }
    }

    private static func nearest(
        _ batch: borrowing PlaneQueryBatch, in table: PlaneTable, among range: Range<Int>
    ) -> (rows: [Int32], scores: [Float]) {
        var rows = [Int32](repeating: -1, count: batch.count)
        var scores = [Float](repeating: .nan, count: batch.count)
        var rowSpan = rows.mutableSpan
        var scoreSpan = scores.mutableSpan
        table.nearest(to: batch, among: range, rows: &rowSpan, scores: &scoreSpan)
        return (rows, scores)
    }

    private static func table(_ elements: [Float], layout: PlaneLayout) throws -> PlaneTable {
        var builder = PlaneTableBuilder(layout: layout, expectedRows: elements.count / layout.dimensions)
        for start in stride(from: 0, to: elements.count, by: layout.dimensions) {
            try builder.append(elements.span.extracting(start..<start + layout.dimensions))
        }
        return builder.finish()
    }
}
