import CVectorKernels

/// The nested softmax: one user's logits against many candidates at every rung of a ladder, and their gradients, in one pass
/// over the candidates each.
///
/// Products, norms and dots are step-major: those of one rung for all candidates lie together.
public enum FloatRungs {
    /// Candidates come in multiples of this.
    public static let candidateGranularity = 16
    /// Most rungs.
    public static let maximumRungs = Int(LINDEN_MAXIMUM_RUNGS)

    /// Everything that both passes read.
    public struct Inputs: ~Copyable {
        /// Candidates; a multiple of ``candidateGranularity``.
        public let candidates: Int
        /// Elements from one rung's products to the next.
        public let stride: Int
        /// One factor a rung: one over the temperature and the user's norm.
        public let scale: [Float]
        /// No logit plus bias is much above this.
        public let shift: Float

        public init(candidates: Int, stride: Int, scale: [Float], shift: Float) {
            precondition(
                candidates % FloatRungs.candidateGranularity == 0 && stride >= candidates
                    && 1...FloatRungs.maximumRungs ~= scale.count,
                "\(candidates) candidates, stride \(stride), \(scale.count) rungs.")
            self.candidates = candidates
            self.stride = stride
            self.scale = scale
            self.shift = shift
        }
    }

    /// Turns the inner products over each step of the ladder into the logits of each rung.
    ///
    /// - Parameters:
    ///   - products: At `offset + rung × stride`, the products over that rung's step alone; on return, its logits.
    ///   - offset: Where the user's products begin.
    ///   - inputs: Sizes and the user's factors.
    ///   - inverseNorms: `rungs × candidates`: one over the norm of the candidate's prefix.
    ///   - bias: What is added to each candidate's logit in the softmax.
    /// - Returns: For each rung the sum over candidates of e to the logit plus bias minus shift.
    public static func logits(
        _ products: inout MutableSpan<Float>, at offset: Int, _ inputs: borrowing Inputs, inverseNorms: Span<Float>,
        bias: Span<Float>
    ) -> [Float] {
        check(products.count, offset, inputs, inverseNorms.count, bias.count)
        let (rungs, stride, shift, count) = (inputs.scale.count, inputs.stride, inputs.shift, inputs.candidates)
        let scale = inputs.scale
        var sums = [Float](repeating: 0, count: rungs)
        // SAFETY: the check above keeps every rung's candidates inside the products and the norms.
        unsafe products.withUnsafeMutableBufferPointer { products in
            unsafe inverseNorms.withUnsafeBufferPointer { norms in
                unsafe bias.withUnsafeBufferPointer { bias in
                    guard let p = products.baseAddress, let n = norms.baseAddress, let b = bias.baseAddress else {
                        return
                    }
                    unsafe linden_nested_softmax_forward(p + offset, stride, n, scale, b, shift, &sums, rungs, count)
                }
            }
        }
        return sums
    }

    /// Turns logits into the gradients of the inner products over each step.
    ///
    /// - Parameters:
    ///   - logits: As ``logits(_:at:_:inverseNorms:bias:)`` left them; on return, at `offset + step × stride`, the gradient of
    ///     the product over that step.
    ///   - offset: Where the user's logits begin.
    ///   - inputs: Sizes and the user's factors.
    ///   - inverseNorms: As before.
    ///   - bias: As before.
    ///   - factors: For each rung, what e to the logit plus bias minus shift is multiplied by to be the logit's gradient.
    ///   - columnDots: `rungs × candidates`; gradient times logit is added.
    /// - Returns: For each rung the sum over candidates of gradient times logit.
    public static func gradients(
        _ logits: inout MutableSpan<Float>, at offset: Int, _ inputs: borrowing Inputs, inverseNorms: Span<Float>,
        bias: Span<Float>, factors: [Float], columnDots: inout MutableSpan<Float>
    ) -> [Float] {
        check(logits.count, offset, inputs, inverseNorms.count, bias.count)
        let (rungs, stride, shift, count) = (inputs.scale.count, inputs.stride, inputs.shift, inputs.candidates)
        precondition(factors.count == rungs && columnDots.count >= rungs * count, "\(columnDots.count) column dots.")
        let scale = inputs.scale
        var dots = [Float](repeating: 0, count: rungs)
        // SAFETY: the checks above keep every rung's candidates inside the logits, the norms and the column dots.
        unsafe logits.withUnsafeMutableBufferPointer { logits in
            unsafe inverseNorms.withUnsafeBufferPointer { norms in
                unsafe bias.withUnsafeBufferPointer { bias in
                    unsafe columnDots.withUnsafeMutableBufferPointer { columns in
                        guard let p = logits.baseAddress, let n = norms.baseAddress, let b = bias.baseAddress,
                            let c = columns.baseAddress
                        else { return }
                        unsafe linden_nested_softmax_backward(
                            p + offset, stride, n, scale, b, shift, factors, &dots, c, rungs, count)
                    }
                }
            }
        }
        return dots
    }

    private static func check(_ products: Int, _ offset: Int, _ inputs: borrowing Inputs, _ norms: Int, _ bias: Int) {
        let rungs = inputs.scale.count
        precondition(
            offset >= 0 && offset + (rungs - 1) * inputs.stride + inputs.candidates <= products
                && rungs * inputs.candidates <= norms && inputs.candidates <= bias,
            "\(inputs.candidates) candidates at \(rungs) rungs: \(products) products from \(offset), \(norms) norms, \(bias) biases."
        )
    }
}
