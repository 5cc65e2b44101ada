#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The standard normal distribution.
package enum NormalDistribution {
    /// Probability of more than `z`.
    package static func upperTail(_ z: Double) -> Double { erfc(z / 2.0.squareRoot()) / 2 }

    /// The number that a normal value falls below with a probability, more than 0 and less than 1.
    ///
    /// By bisection, to the last bits of a `Double`.
    package static func quantile(_ probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "No normal quantile of \(probability).")
        return bisection(from: -40, to: 40) { upperTail(-$0) < probability }
    }

    /// Where a predicate turns from true to false, between two numbers.
    static func bisection(from: Double, to: Double, while isBelow: (Double) -> Bool) -> Double {
        var (low, high) = (from, to)
        while true {
            let middle = low + (high - low) / 2
            guard middle > low && middle < high else { return middle }
            if isBelow(middle) { low = middle } else { high = middle }
        }
    }
}
