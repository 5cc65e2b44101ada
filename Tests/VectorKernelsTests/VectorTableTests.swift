import TestSupport
import Testing
import VectorKernels

@Suite("A vector table")
struct VectorTableTests {
    @Test(
        "scores as the plainest loop does, bit for bit", arguments: KernelChoice.supported,
        [VectorPrecision.half, .single])
    func equalsReference(kernel: KernelChoice, precision: VectorPrecision) throws {
        var generator = SeededGenerator(seed: 3)
        for dimensions in 1...130 {
            let rows = (0..<11).map { _ in generator.values(dimensions) }
            let query = generator.values(dimensions)
            let table = try Self.table(rows, precision: precision)
            let order = (0..<11).shuffled(using: &generator)
            let scores = try table.cosines(of: order, with: query.span, kernel: kernel)
            let queryNorm = 1 / Reference.dot(query[...], query[...]).squareRoot()
            for (row, score) in zip(order, scores) {
                let values = precision == .single ? rows[row] : rows[row].map { Float(Float16($0)) }
                let norm = 1 / Reference.dot(values[...], values[...]).squareRoot()
                let expected = Reference.dot(values[...], query[...]) * norm * queryNorm
                #expect(score.bitPattern == expected.bitPattern, "\(dimensions) dimensions, row \(row)")
            }
        }
    }

    @Test(
        "adds any dimensions of any rows as the plainest loop does, bit for bit", arguments: KernelChoice.supported,
        [VectorPrecision.half, .single])
    func progressive(kernel: KernelChoice, precision: VectorPrecision) throws {
        var generator = SeededGenerator(seed: 8)
        for dimensions in Array(1...80) + [129, 255, 300] {
            let rows = (0..<23).map { _ in generator.values(dimensions) }
            let query = generator.values(dimensions)
            let table = try Self.table(rows, precision: precision)
            let order = (0..<40).map { _ in Int.random(in: 0..<23, using: &generator) }
            let middle = Int.random(in: 0...dimensions, using: &generator)
            let end = Int.random(in: middle...dimensions, using: &generator)
            var dots = [Float](repeating: 0, count: 40)
            var squares = dots
            for step in [0..<middle, middle..<end] {
                var dotSpan = dots.mutableSpan
                var squareSpan = squares.mutableSpan
                table.add(step, of: order.span, with: query.span, to: &dotSpan, squares: &squareSpan, kernel: kernel)
            }
            for (index, row) in order.enumerated() {
                let values = precision == .single ? rows[row] : rows[row].map { Float(Float16($0)) }
                let first = values[..<middle]
                let second = values[middle..<end]
                let dot = Reference.dot(first, query[..<middle]) + Reference.dot(second, query[middle..<end])
                let square = Reference.dot(first, first) + Reference.dot(second, second)
                #expect(dots[index].bitPattern == dot.bitPattern, "\(middle), \(end) of \(dimensions)")
                #expect(squares[index].bitPattern == square.bitPattern, "\(middle), \(end) of \(dimensions)")
            }
        }
    }

    @Test(
        "gives back its rows, however it grew", arguments: [VectorPrecision.half, .single], [1, 4_095, 4_096, 5_000])
    func grows(precision: VectorPrecision, first: Int) throws {
        var generator = SeededGenerator(seed: 4)
        let rows = (0..<6_000).map { _ in generator.values(3).map { Float(Float16($0)) } }
        let start = try Self.table(Array(rows.prefix(first)), precision: precision)
        var builder = VectorTableBuilder(extending: start, expectedRows: rows.count - first)
        for row in rows[first...] {
            try builder.append(row.span)
        }
        let table = builder.finish()
        #expect(table.count == 6_000)
        #expect(start.count == first)
        #expect((0..<6_000).allSatisfy { table.values(ofRow: $0) == rows[$0] })
        let whole = try Self.table(rows, precision: precision)
        let query = generator.values(3)
        #expect(
            try table.cosines(of: Array(0..<6_000), with: query.span)
                == whole.cosines(of: Array(0..<6_000), with: query.span))
    }

    @Test("takes halves as they are")
    func halves() throws {
        let values: [Float] = [0.1, -0.2, 0.3]
        let bits = HalfPrecision.bits(of: values.span)
        for precision in [VectorPrecision.half, .single] {
            var builder = VectorTableBuilder(dimensions: 3, precision: precision, expectedRows: 1)
            try builder.append(halves: bits.span)
            #expect(builder.finish().values(ofRow: 0) == HalfPrecision.values(of: bits.span))
        }
    }

    @Test("refuses rows and queries without direction or of another length")
    func refuses() throws {
        var builder = VectorTableBuilder(dimensions: 2, expectedRows: 1)
        let short: [Float] = [1]
        let large: [Float] = [70_000, 1]
        let zero: [Float] = [0, 0]
        let infiniteHalves: [UInt16] = [0x7c00, 0]
        let fine: [Float] = [3, 4]
        #expect(throws: VectorError.wrongLength(expected: 2, found: 1)) { try builder.append(short.span) }
        #expect(throws: VectorError.notFinite) { try builder.append(large.span) }
        #expect(throws: VectorError.zeroNorm) { try builder.append(zero.span) }
        #expect(throws: VectorError.notFinite) { try builder.append(halves: infiniteHalves.span) }
        try builder.append(fine.span)
        let table = builder.finish()
        #expect(table.count == 1)
        #expect(throws: VectorError.wrongLength(expected: 2, found: 1)) {
            try table.cosines(of: [0], with: short.span)
        }
        #expect(throws: VectorError.zeroNorm) { try table.cosines(of: [0], with: zero.span) }
    }

    private static func table(_ rows: [[Float]], precision: VectorPrecision) throws -> VectorTable {
        var builder = VectorTableBuilder(
            dimensions: rows.first?.count ?? 1, precision: precision, expectedRows: rows.count)
        for row in rows {
            try builder.append(row.span)
        }
        return builder.finish()
    }
}
