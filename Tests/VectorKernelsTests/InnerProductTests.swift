import TestSupport
import Testing
import VectorKernels

@Suite("An inner product")
struct InnerProductTests {
    @Test("has the bits of the plainest loop at any length and start", arguments: KernelChoice.supported, 0..<4)
    func equalsReference(kernel: KernelChoice, start: Int) {
        var generator = SeededGenerator(seed: UInt64(start))
        for length in 1...130 {
            let left = generator.values(start + length)
            let right = generator.values(start + length)
            let found = dot(
                left.span.extracting(start..<start + length), right.span.extracting(start..<start + length),
                kernel: kernel)
            #expect(found.bitPattern == Reference.dot(left[start...], right[start...]).bitPattern, "length \(length)")
        }
    }

    @Test("is near the sum in double precision", arguments: KernelChoice.supported)
    func nearDoubles(kernel: KernelChoice) {
        var generator = SeededGenerator(seed: 7)
        let left = generator.values(4096)
        let right = generator.values(4096)
        let sum = zip(left, right).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(Double(dot(left.span, right.span, kernel: kernel)) - sum) < 1e-4)
    }

    @Test("of nothing is zero", arguments: KernelChoice.supported)
    func empty(kernel: KernelChoice) {
        let nothing: [Float] = []
        #expect(dot(nothing.span, nothing.span, kernel: kernel) == 0)
    }
}

@Suite("A vector's norm")
struct NormTests {
    @Test("becomes one", arguments: [1, 3, 64, 257])
    func normalises(length: Int) throws {
        var generator = SeededGenerator(seed: UInt64(length))
        var vector = generator.values(length)
        var span = vector.mutableSpan
        try normalise(&span)
        #expect(abs(Reference.dot(vector[...], vector[...]) - 1) < 1e-5)
    }

    @Test(
        "is refused when it is no number, or zero",
        arguments: [
            ([0, 0, 0], VectorError.zeroNorm), ([1e-20, 0, 0], .zeroNorm), ([.nan, 1, 1], .notFinite),
            ([.infinity, 0, 0], .notFinite), ([1e30, 1, 1], .notFinite), ([], .zeroNorm),
        ] as [([Float], VectorError)]
    )
    func refuses(vector: [Float], error: VectorError) {
        var copy = vector
        #expect(throws: error) {
            var span = copy.mutableSpan
            try normalise(&span)
        }
        #expect(copy.map(\.bitPattern) == vector.map(\.bitPattern))
    }
}

@Suite("The choice of a kernel")
struct KernelChoiceTests {
    @Test("always has the plain one, and finds kernels by name")
    func finds() throws {
        #expect(KernelChoice.supported.first == .scalar)
        for kernel in KernelChoice.supported {
            #expect(try KernelChoice(named: kernel.name) == kernel)
        }
    }

    @Test("refuses other names and names the kernels there are")
    func refuses() {
        let error = KernelChoiceError.unknown(supported: KernelChoice.supported.map(\.name))
        #expect(throws: error) { try KernelChoice(named: "sse2") }
        #expect(error.description.contains("scalar"))
    }
}
