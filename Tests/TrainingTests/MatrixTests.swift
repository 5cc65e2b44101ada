import Testing
import Training
import VectorKernels

@Suite("Matrix arithmetic")
struct MatrixTests {
    @Test(
        "multiplies blocks as the plainest loop does", arguments: 0..<6 as Range<UInt64>, 0..<4)
    func product(seed: UInt64, transposes: Int) {
        let (transposesLeft, transposesRight) = (transposes & 1 == 1, transposes & 2 == 2)
        var generator = SeededGenerator(seed: seed)
        let (rows, depth, columns) = (
            1 + generator.index(below: 9), 1 + generator.index(below: 9), 1 + generator.index(below: 40)
        )
        func block(_ rows: Int, _ columns: Int) -> MatrixBlock {
            MatrixBlock(
                rows: rows, columns: columns, offset: generator.index(below: 5),
                stride: columns + generator.index(below: 4))
        }
        let left = transposesLeft ? block(depth, rows) : block(rows, depth)
        let right = transposesRight ? block(columns, depth) : block(depth, columns)
        let into = block(rows, columns)
        func elements(_ block: MatrixBlock) -> [Float] {
            (0..<block.offset + block.rows * block.stride).map { _ in generator.normal() }
        }
        let (a, b, before) = (elements(left), elements(right), elements(into))
        var result = before
        var span = result.mutableSpan
        MatrixProduct.multiply(
            a.span, left, transposesLeft: transposesLeft, by: b.span, right, transposesRight: transposesRight,
            keep: 0.5,
            into: &span, into)

        var expected = before
        for row in 0..<rows {
            for column in 0..<columns {
                let index = into.offset + row * into.stride + column
                expected[index] *= 0.5
                for inner in 0..<depth {
                    let x = transposesLeft ? inner * left.stride + row : row * left.stride + inner
                    let y = transposesRight ? column * right.stride + inner : inner * right.stride + column
                    expected[index] += a[left.offset + x] * b[right.offset + y]
                }
            }
        }
        #expect(zip(result, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test("takes e to a power as the C library does", arguments: [1, 15, 16, 17, 1000])
    func exponential(count: Int) {
        let arguments = (0..<count).map { -87 + 175 * Float($0) / Float(count) }
        var result = arguments
        var span = result.mutableSpan
        FloatRows.exponentiate(&span)
        for (x, y) in zip(arguments, result) {
            let reference = TrainingTests.exponential(Double(x))
            #expect(abs(Double(y) - reference) < 4e-7 * reference, "e^\(x)")
        }
    }

    @Test("makes a softmax that adds up to one, of any size of logits", arguments: [1, 7, 64, 333])
    func softmax(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let logits = (0..<count).map { _ in 300 * generator.normal() }
        var result = logits
        var span = result.mutableSpan
        FloatRows.softmax(&span)
        #expect(abs(result.reduce(0, +) - 1) < 1e-5)
        let highest = logits.indices.max { logits[$0] < logits[$1] }
        #expect(result.indices.max { result[$0] < result[$1] } == highest)
    }

    @Test("finds the first position above a threshold", arguments: 0..<10 as Range<UInt64>)
    func firstPosition(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let count = generator.index(below: 300)
        let products = (0..<count).map { _ in generator.normal() }
        let norms = (0..<count).map { _ in generator.unit() }
        for start in 0...count {
            let expected = (start..<count).first { products[$0] * norms[$0] > 1.2 }
            #expect(FloatRows.firstPosition(above: 1.2, products.span, times: norms.span, from: start) == expected)
        }
    }

    @Test("lets workers write every row once", arguments: [1, 2, 5])
    func workers(count: Int) {
        let workers = MatrixWorkers(count: count)
        var elements = [Float](repeating: 0, count: 3 * 7)
        let boundaries = workers.shares(of: 7)
        workers.write(&elements, rowLength: 3, boundaries: boundaries) { worker, rows in
            for index in rows.indices { rows[index] += Float(3 * boundaries[worker] + index) }
        }
        #expect(elements == (0..<21).map(Float.init))
    }
}
