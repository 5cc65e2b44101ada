import TestSupport
import Testing
import VectorKernels

@Suite("Half precision")
struct HalfPrecisionTests {
    @Test("has the value that Swift gives each of the 65,536 bit patterns", arguments: KernelChoice.supported)
    func everyHalf(kernel: KernelChoice) {
        let halves = (0...UInt16.max).map { $0 }
        let values = HalfPrecision.values(of: halves.span, kernel: kernel)
        for (half, value) in zip(halves, values) {
            let expected = Float(Float16(bitPattern: half))
            #expect(value.bitPattern == expected.bitPattern || (value.isNaN && expected.isNaN), "bits \(half)")
        }
    }

    @Test("rounds as Swift does, to the nearest and ties to even", arguments: KernelChoice.supported)
    func rounds(kernel: KernelChoice) {
        var generator = SeededGenerator(seed: 11)
        var values: [Float] = [0, -0.0, 65504, 65519.996, 65520, 1e9, -.infinity, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1p-26]
        for _ in 0..<20_000 {
            values.append(Float.random(in: -1...1, using: &generator))
            values.append(Float.random(in: -1e-4...1e-4, using: &generator))
            // Exactly between two halves, and a hair beside.
            let half = Float(Float16(bitPattern: UInt16.random(in: 1..<0x7bff, using: &generator)))
            let tie = (half + Float(Float16(half).nextUp)) / 2
            values += [tie, tie.nextUp, tie.nextDown]
        }
        let bits = HalfPrecision.bits(of: values.span, kernel: kernel)
        for (value, half) in zip(values, bits) {
            #expect(half == Float16(value).bitPattern, "\(value)")
        }
    }

    @Test("keeps a NaN", arguments: KernelChoice.supported)
    func keepsNaN(kernel: KernelChoice) {
        let values = [Float](repeating: .nan, count: 9)
        let halves = HalfPrecision.bits(of: values.span, kernel: kernel)
        #expect(halves.allSatisfy { Float16(bitPattern: $0).isNaN })
    }
}
