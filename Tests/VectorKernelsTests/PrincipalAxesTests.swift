import TestSupport
import Testing
import VectorKernels

@Suite("Eigenvectors of a symmetric matrix")
struct SymmetricEigenvectorsTests {
    @Test("are orthonormal, and only stretched, the first the most", arguments: [1, 2, 3, 17, 64, 256], 0..<3)
    func definition(order: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var matrix = [Double](repeating: 0, count: order * order)
        for row in 0..<order {
            for column in row..<order {
                let element = Double.random(in: -1...1, using: &generator)
                (matrix[row * order + column], matrix[column * order + row]) = (element, element)
            }
        }
        let found = SymmetricEigenvectors(of: matrix, order: order)
        #expect(found.values == found.values.sorted(by: >))
        let vectors = (0..<order).map { found.vectors[$0 * order..<($0 + 1) * order] }
        var worst = 0.0
        for (position, vector) in vectors.enumerated() {
            for other in 0...position {
                worst = max(worst, abs(Self.product(vector, vectors[other]) - (other == position ? 1 : 0)))
            }
            for (row, element) in vector.enumerated() {
                let image = Self.product(matrix[row * order..<(row + 1) * order], vector)
                worst = max(worst, abs(image - found.values[position] * element))
            }
        }
        #expect(worst < 1e-11)
    }

    @Test("of equal values are at right angles too")
    func equalValues() {
        let found = SymmetricEigenvectors(of: [2, 0, 0, 0, 2, 0, 0, 0, 3], order: 3)
        #expect(zip(found.values, [3, 2, 2]).allSatisfy { abs($0 - $1) < 1e-14 })
        #expect(abs(Self.product(found.vectors[3..<6], found.vectors[6..<9])) < 1e-14)
    }

    private static func product(_ left: ArraySlice<Double>, _ right: ArraySlice<Double>) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}

@Suite("Principal axes")
struct PrincipalAxesTests {
    @Test("keep the lengths of vectors and the angles between them", arguments: [1, 5, 64], 0..<3)
    func rotation(dimensions: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let rows = generator.values(40 * dimensions)
        let others = generator.values(10 * dimensions)
        let axes = PrincipalAxes(of: rows.span, dimensions: dimensions)
        let turned = (Self.rows(axes.rotated(rows.span), dimensions), Self.rows(axes.rotated(others.span), dimensions))
        for (row, turnedRow) in zip(Self.rows(rows, dimensions), turned.0) {
            for (other, turnedOther) in zip(Self.rows(others, dimensions), turned.1) {
                #expect(abs(Self.product(row, other) - Self.product(turnedRow, turnedOther)) < 1e-4)
            }
        }
    }

    @Test("have uncorrelated elements, the first of the largest moment", arguments: 0..<3)
    func moments(seed: UInt64) {
        // More rows than are summed at once, and not a multiple of them.
        let (count, dimensions) = (1_100, 12)
        var generator = SeededGenerator(seed: seed)
        let mixing = generator.values(dimensions)
        let vectors = (0..<count).flatMap { _ in
            let shared = generator.gaussian()
            return mixing.map { $0 * shared + Float.random(in: -0.5...1, using: &generator) }
        }
        let axes = PrincipalAxes(of: vectors.span, dimensions: dimensions)
        let turned = Self.rows(axes.rotated(vectors.span), dimensions)
        #expect(axes.moments == axes.moments.sorted(by: >))
        for first in 0..<dimensions {
            for second in 0...first {
                let moment = turned.reduce(0) { $0 + Double($1[first]) * Double($1[second]) } / Double(count)
                #expect(abs(moment - (first == second ? axes.moments[first] : 0)) < 1e-4)
            }
        }
    }

    @Test("are about the origin: a direction that all vectors share is an axis")
    func uncentred() {
        // Spread along the second element, far out along the first: centred axes would begin with the second.
        let rows: [Float] = [10, -1, 10, 1, 10, -2, 10, 2]
        let turned = Self.rows(PrincipalAxes(of: rows.span, dimensions: 2).rotated(rows.span), 2)
        #expect(turned.allSatisfy { abs(abs($0[0]) - 10) < 1e-4 })
    }

    @Test("find the plane that vectors lie in", arguments: 0..<3)
    func plane(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (one, two) = (generator.values(20), generator.values(20))
        let rows = (0..<50).flatMap { _ in
            let (first, second) = (generator.gaussian(), generator.gaussian())
            return zip(one, two).map { first * $0 + second * $1 }
        }
        let axes = PrincipalAxes(of: rows.span, dimensions: 20)
        #expect(axes.moments[1] > 0.1)
        for row in Self.rows(axes.rotated(rows.span), 20) {
            #expect(row.dropFirst(2).allSatisfy { abs($0) < 1e-4 })
        }
    }

    private static func rows(_ elements: [Float], _ dimensions: Int) -> [[Float]] {
        stride(from: 0, to: elements.count, by: dimensions).map { Array(elements[$0..<$0 + dimensions]) }
    }

    private static func product(_ left: [Float], _ right: [Float]) -> Double {
        zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}
