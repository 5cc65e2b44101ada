#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Student's distribution and the binomial, both by the incomplete beta function.
package enum StudentDistribution {
    /// Probability of being farther from zero than `t`.
    package static func bothTails(_ t: Double, degreesOfFreedom: Double) -> Double {
        guard t.isFinite else { return 0 }
        return beta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5)
    }

    /// The number that lies as far from zero as only a share of values.
    ///
    /// - Parameters:
    ///   - outside: Share of values farther from zero, more than 0 and less than 1.
    ///   - degreesOfFreedom: More than 0; need not be whole.
    /// - Returns: 0 or more.
    package static func critical(outside: Double, degreesOfFreedom: Double) -> Double {
        precondition(outside > 0 && outside < 1, "No critical value that leaves \(outside) outside.")
        return NormalDistribution.bisection(from: 0, to: 1e9) {
            bothTails($0, degreesOfFreedom: degreesOfFreedom) > outside
        }
    }

    /// The regularised incomplete beta function I_x(a, b).
    ///
    /// The continued fraction in Lentz's form: "Numerical Recipes", 3rd edition, section 6.4.
    package static func beta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(a * log(x) + b * log1p(-x) - logBeta(a, b))
        return x < (a + 1) / (a + b + 2)
            ? front * continuedFraction(x, a, b) / a : 1 - front * continuedFraction(1 - x, b, a) / b
    }

    /// Logarithm of the beta function of two positive numbers.
    package static func logBeta(_ a: Double, _ b: Double) -> Double {
        ChiSquaredDistribution.logGamma(a) + ChiSquaredDistribution.logGamma(b) - ChiSquaredDistribution.logGamma(a + b)
    }

    private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var c = 1.0
        var d = 1 / (1 - (a + b) * x / (a + 1))
        var fraction = d
        for i in 1...10_000 {
            let m = Double(i)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / (1 + even * d)
            c = 1 + even / c
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / (1 + odd * d)
            c = 1 + odd / c
            fraction *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return fraction
    }
}
