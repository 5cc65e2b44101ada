import CVectorKernels

/// Half-precision numbers (IEEE 754 binary16), kept as their bits: 11 significant bits, up to 65504.
public enum HalfPrecision {
    /// Rounds values to the nearest half-precision numbers, ties to even; values of 65520 and more become infinite.
    public static func bits(of values: Span<Float>, kernel: KernelChoice = .current) -> [UInt16] {
        var halves = [UInt16](repeating: 0, count: values.count)
        var span = halves.mutableSpan
        convert(values, to: &span, kernel: kernel)
        return halves
    }

    /// The values of half-precision numbers, exactly.
    public static func values(of bits: Span<UInt16>, kernel: KernelChoice = .current) -> [Float] {
        var values = [Float](repeating: 0, count: bits.count)
        var span = values.mutableSpan
        convert(bits, to: &span, kernel: kernel)
        return values
    }

    /// Rounds `values` into `halves`, which is as long.
    public static func convert(
        _ values: Span<Float>, to halves: inout MutableSpan<UInt16>, kernel: KernelChoice = .current
    ) {
        precondition(values.count == halves.count, "\(values.count) values for \(halves.count) halves.")
        // SAFETY: both pointers hold `count` elements while the closures run.
        unsafe values.withUnsafeBufferPointer { values in
            unsafe halves.withUnsafeMutableBufferPointer { halves in
                guard let from = values.baseAddress, let to = halves.baseAddress else { return }
                unsafe linden_half_from_float(kernel.rawValue, from, values.count, to)
            }
        }
    }

    /// Writes the values of `halves` into `values`, which is as long.
    public static func convert(
        _ halves: Span<UInt16>, to values: inout MutableSpan<Float>, kernel: KernelChoice = .current
    ) {
        precondition(values.count == halves.count, "\(halves.count) halves for \(values.count) values.")
        // SAFETY: both pointers hold `count` elements while the closures run.
        unsafe halves.withUnsafeBufferPointer { halves in
            unsafe values.withUnsafeMutableBufferPointer { values in
                guard let from = halves.baseAddress, let to = values.baseAddress else { return }
                unsafe linden_float_from_half(kernel.rawValue, from, halves.count, to)
            }
        }
    }
}
