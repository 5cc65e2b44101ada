import CVectorKernels

/// Arithmetic on rows of floats.
public enum FloatRows {
    /// Adds `row` times `scale` to `sum`.
    public static func add(_ row: Span<Float>, times scale: Float, to sum: inout MutableSpan<Float>) {
        precondition(row.count == sum.count, "A row of \(row.count) elements, a sum of \(sum.count).")
        // SAFETY: both have `count` elements, and exclusive access keeps them apart.
        unsafe row.withUnsafeBufferPointer { row in
            unsafe sum.withUnsafeMutableBufferPointer { sum in
                guard let from = row.baseAddress, let to = sum.baseAddress else { return }
                unsafe linden_add_scaled(from, scale, to, sum.count)
            }
        }
    }

    /// Adds the element-wise product of `row` and `gate`, times `scale`, to `sum`.
    public static func add(
        _ row: Span<Float>, timesElements gate: Span<Float>, times scale: Float, to sum: inout MutableSpan<Float>
    ) {
        precondition(
            row.count == sum.count && gate.count == sum.count,
            "Rows of \(row.count) and \(gate.count) elements, a sum of \(sum.count).")
        // SAFETY: all three have `count` elements, and exclusive access keeps the sum apart.
        unsafe row.withUnsafeBufferPointer { row in
            unsafe gate.withUnsafeBufferPointer { gate in
                unsafe sum.withUnsafeMutableBufferPointer { sum in
                    guard let x = row.baseAddress, let g = gate.baseAddress, let to = sum.baseAddress else { return }
                    unsafe linden_add_product(x, g, scale, to, sum.count)
                }
            }
        }
    }

    /// Multiplies each element by `factor`.
    public static func scale(_ row: inout MutableSpan<Float>, by factor: Float) {
        for index in row.indices { row[index] *= factor }
    }

    /// The inner product of two rows.
    public static func dot(_ left: Span<Float>, _ right: Span<Float>) -> Float {
        precondition(left.count == right.count, "Rows of \(left.count) and \(right.count) elements.")
        // SAFETY: both have `count` elements.
        return unsafe left.withUnsafeBufferPointer { left in
            unsafe right.withUnsafeBufferPointer { right in
                guard let x = left.baseAddress, let y = right.baseAddress else { return 0 }
                return unsafe linden_row_dot(x, y, left.count)
            }
        }
    }

    /// Divides a row by its length.
    ///
    /// - Returns: Whether it could: not when the row is all zeros or its length is not finite; the row is then untouched.
    public static func scaleToUnitLength(_ row: inout MutableSpan<Float>) -> Bool {
        let squares = row.indices.reduce(0.0) { $0 + Double(row[$1]) * Double(row[$1]) }
        guard squares > 0, squares.isFinite else { return false }
        let inverse = 1 / squares.squareRoot()
        for index in row.indices { row[index] = Float(Double(row[index]) * inverse) }
        return true
    }

    /// Replaces each element by e to its power; arguments outside -87 … 88 are clamped.
    public static func exponentiate(_ row: inout MutableSpan<Float>) {
        // SAFETY: the pointer covers `count` elements.
        unsafe row.withUnsafeMutableBufferPointer { row in
            guard let x = row.baseAddress else { return }
            unsafe linden_exp(x, row.count)
        }
    }

    /// Replaces a row of logits by their softmax.
    public static func softmax(_ row: inout MutableSpan<Float>) {
        // SAFETY: the pointer covers `count` elements.
        unsafe row.withUnsafeMutableBufferPointer { row in
            guard let x = row.baseAddress else { return }
            unsafe linden_softmax(x, row.count)
        }
    }

    /// Moves a row of parameters against its smoothed gradient.
    ///
    /// - Parameters:
    ///   - parameters: Row to move.
    ///   - moment: Running mean of its gradients.
    ///   - gradient: This step's gradient.
    ///   - decay: Share of the running mean that stays, from 0 (no momentum) to below 1.
    ///   - keep: What the parameters are multiplied by first; below 1 for weight decay.
    ///   - rate: Length of the step for a running mean of length 1.
    public static func step(
        _ parameters: inout MutableSpan<Float>, moment: inout MutableSpan<Float>, gradient: Span<Float>, decay: Float,
        keep: Float, rate: Float
    ) {
        precondition(
            moment.count == parameters.count && gradient.count == parameters.count,
            "\(parameters.count) parameters, \(moment.count) moments, \(gradient.count) gradients.")
        // SAFETY: all three have `count` elements, and exclusive access keeps them apart.
        unsafe parameters.withUnsafeMutableBufferPointer { parameters in
            unsafe moment.withUnsafeMutableBufferPointer { moment in
                unsafe gradient.withUnsafeBufferPointer { gradient in
                    guard let p = parameters.baseAddress, let m = moment.baseAddress, let g = gradient.baseAddress
                    else { return }
                    unsafe linden_momentum_step(p, m, g, decay, keep, rate, parameters.count)
                }
            }
        }
    }

    /// The first position from `start` on whose product exceeds a threshold once multiplied by its norm.
    ///
    /// - Parameters:
    ///   - threshold: What must be exceeded.
    ///   - products: Inner products.
    ///   - norms: A factor for each.
    ///   - start: Where to begin.
    /// - Returns: `nil` when there is none.
    public static func firstPosition(
        above threshold: Float, _ products: Span<Float>, times norms: Span<Float>, from start: Int
    ) -> Int? {
        precondition(
            products.count == norms.count && start >= 0,
            "\(products.count) products, \(norms.count) norms from \(start).")
        // SAFETY: both have `count` elements.
        let position = unsafe products.withUnsafeBufferPointer { products in
            unsafe norms.withUnsafeBufferPointer { norms in
                guard let p = products.baseAddress, let n = norms.baseAddress else { return products.count }
                return unsafe linden_first_above(p, n, threshold, start, products.count)
            }
        }
        return position < products.count ? position : nil
    }
}
