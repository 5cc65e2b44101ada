import ExperimentStatistics
import TestSupport
import Testing

@Suite("Moments")
struct MomentsTests {
    @Test("of parts merge into those of the whole, far from zero too", arguments: 0..<20)
    func merges(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let units = (0..<300).map { _ in
            SIMD3(1e9 + generator.normal(), 5 + generator.uniform(), 1e6 * generator.normal())
        }
        var whole = Moments()
        var parts = [Moments](repeating: Moments(), count: 7)
        for unit in units {
            whole.add(outcome: unit.x, denominator: unit.y, covariate: unit.z)
            parts[Int.random(in: 0..<6, using: &generator)].add(outcome: unit.x, denominator: unit.y, covariate: unit.z)
        }
        let merged = parts.reduce(into: Moments()) { $0.merge($1) }
        // The plainest reference: two passes.
        let means = units.reduce(.zero, +) / 300
        let apart = units.map { $0 - means }
        let squares = apart.map { $0 * $0 }.reduce(.zero, +)
        let products = apart.map { SIMD3($0.x * $0.y, $0.y * $0.z, $0.z * $0.x) }.reduce(.zero, +)
        let deviations = squares.squareRoot()
        let scale = deviations * SIMD3(deviations.y, deviations.z, deviations.x)
        for moments in [whole, merged] {
            #expect(moments.units == 300)
            #expect(isClose(moments.means, means, scale: means.abs))
            #expect(isClose(moments.squares, squares, scale: squares))
            #expect(isClose(moments.products, products, scale: scale))
        }
    }

    @Test("of nothing change nothing")
    func empty() {
        var moments = Moments()
        moments.merge(Moments())
        #expect(moments == Moments())
        moments.add(outcome: 3, denominator: 2, covariate: 1)
        let one = moments
        moments.merge(Moments())
        #expect(moments == one)
        #expect(one.means == [3, 2, 1] && one.squares == .zero)
    }

    private func isClose(_ left: SIMD3<Double>, _ right: SIMD3<Double>, scale: SIMD3<Double>) -> Bool {
        all((left - right).abs .<= scale * 1e-6)
    }
}

extension SIMD3<Double> {
    fileprivate var abs: SIMD3 { SIMD3(x.magnitude, y.magnitude, z.magnitude) }
}
