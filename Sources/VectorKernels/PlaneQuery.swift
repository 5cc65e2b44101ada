import CVectorKernels

/// A query made ready for scanning one rung of a ``PlaneTable``: signed bytes, in the order of the planes.
public struct PlaneQuery: Sendable {
    /// Position of the rung in the layout: the planes 0 … `rung` are scanned.
    public let rung: Int
    /// Four codes to a quad, for the quads of all planes scanned.
    let quads: [Int32]
    /// The codes again, as pairs of 16 bits.
    let pairs: [Int32]
    /// What the rows' offset of 128 adds to each inner product.
    let bias: Int32
    /// One over the norm of the codes.
    let inverseNorm: Float

    /// Rounds a query's prefix to codes of -127 … 127, its largest magnitude being 127.
    ///
    /// - Parameters:
    ///   - query: The whole vector: as many elements as the layout has dimensions.
    ///   - rung: Position of the prefix in the layout's steps.
    ///   - layout: The planes of the table that will be scanned.
    /// - Throws: ``VectorError`` when the length is wrong, the vector is not finite, or its prefix is zero.
    public init(_ query: Span<Float>, rung: Int, layout: PlaneLayout) throws(VectorError) {
        precondition(layout.steps.indices.contains(rung), "Rung \(rung) of \(layout.steps.count).")
        guard query.count == layout.dimensions else {
            throw .wrongLength(expected: layout.dimensions, found: query.count)
        }
        _ = try VectorKernels.inverseNorm(of: query)
        let prefix = query.extracting(0..<layout.steps[rung].upperBound)
        _ = try VectorKernels.inverseNorm(of: prefix)

        let codes = RowCodes(prefix)
        let quadCount = layout.quadStarts[rung + 1]
        var padded = [Int8](repeating: 0, count: 4 * quadCount)
        for plane in 0...rung {
            for (index, dimension) in layout.steps[plane].enumerated() {
                padded[4 * layout.quadStarts[plane] + index] = codes.values[dimension]
            }
        }
        var quads = [Int32](repeating: 0, count: quadCount)
        var pairs = [Int32](repeating: 0, count: 2 * quadCount)
        // SAFETY: the arrays hold 4, 1 and 2 elements for each of `quadCount` quads.
        unsafe linden_pack_query(padded, quadCount, &quads, &pairs)

        self.rung = rung
        self.quads = quads
        self.pairs = pairs
        bias = 128 * padded.reduce(0) { $0 + Int32($1) }
        inverseNorm = codes.inverseNorm(of: 0..<codes.values.count)
    }
}

/// A vector as signed bytes: its largest magnitude is 127, the others keep their proportion to it.
struct RowCodes {
    let values: [Int8]

    init(values: [Int8]) {
        self.values = values
    }

    /// Rounds a vector, to the nearest and ties to even.
    ///
    /// A vector whose squares vanish becomes zero.
    init(_ vector: Span<Float>) {
        var codes = [Int8](repeating: 0, count: vector.count)
        // SAFETY: the pointers hold `count` elements while the closures run.
        unsafe vector.withUnsafeBufferPointer { vector in
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                guard let from = vector.baseAddress, let to = codes.baseAddress else { return }
                let peak = unsafe linden_peak(from, vector.count)
                guard peak > 1e-20 else { return }
                unsafe linden_quantise(from, vector.count, 127 / peak, to)
            }
        }
        values = codes
    }

    /// One over the norm of some of the codes; 0 where they are all zero, so that their cosine is 0.
    func inverseNorm(of dimensions: Range<Int>) -> Float {
        let squared = sumOfSquares(of: dimensions)
        return squared == 0 ? 0 : 1 / Float(squared).squareRoot()
    }

    /// The sum of the squares of some of the codes.
    func sumOfSquares(of dimensions: Range<Int>) -> Int32 {
        // SAFETY: the pointer holds all codes while the closure runs, and `extracting` checks the range.
        unsafe values.span.extracting(dimensions).withUnsafeBufferPointer { codes in
            guard let base = codes.baseAddress else { return 0 }
            return unsafe linden_sum_of_squares(base, codes.count)
        }
    }
}
