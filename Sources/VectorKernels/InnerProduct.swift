import CVectorKernels

/// The inner product of two vectors of one length.
///
/// The order of the additions is fixed (32 lanes of fused multiply-adds), so that every kernel returns the same bits.
public func dot(_ left: Span<Float>, _ right: Span<Float>, kernel: KernelChoice = .current) -> Float {
    precondition(left.count == right.count, "An inner product of \(left.count) and \(right.count) elements.")
    // SAFETY: both pointers hold `count` elements while the closures run.
    return unsafe left.withUnsafeBufferPointer { left in
        unsafe right.withUnsafeBufferPointer { right in
            guard let leftBase = left.baseAddress, let rightBase = right.baseAddress else { return 0 }
            return unsafe linden_dot(kernel.rawValue, leftBase, rightBase, left.count)
        }
    }
}

/// One over the Euclidean norm of a vector.
///
/// - Throws: ``VectorError/notFinite`` or ``VectorError/zeroNorm``: what has no direction is refused here, because one NaN
///   is enough to spoil a ranking.
public func inverseNorm(of vector: Span<Float>, kernel: KernelChoice = .current) throws(VectorError) -> Float {
    try inverseNorm(squared: dot(vector, vector, kernel: kernel))
}

/// Scales a vector to a norm of one.
///
/// - Throws: ``VectorError/notFinite`` or ``VectorError/zeroNorm``; the vector is then unchanged.
public func normalise(_ vector: inout MutableSpan<Float>, kernel: KernelChoice = .current) throws(VectorError) {
    let scale = try inverseNorm(of: vector.span, kernel: kernel)
    for index in vector.indices {
        vector[index] *= scale
    }
}

/// One over the root of a squared norm that may not be one.
func inverseNorm(squared: Float) throws(VectorError) -> Float {
    guard squared.isFinite else { throw .notFinite }
    // Smaller sums have lost bits to underflow; 1e-30 is a norm of 1e-15.
    guard squared > 1e-30 else { throw .zeroNorm }
    return 1 / squared.squareRoot()
}
