#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The chi-squared distribution, by the incomplete gamma function.
package enum ChiSquaredDistribution {
    /// Probability of more than `statistic`, which is 0 or more, with 1 or more degrees of freedom.
    package static func upperTail(_ statistic: Double, degreesOfFreedom: Int) -> Double {
        precondition(statistic >= 0 && degreesOfFreedom > 0, "\(statistic) of \(degreesOfFreedom) degrees of freedom.")
        return upperGamma(Double(degreesOfFreedom) / 2, statistic / 2)
    }

    /// The regularised upper incomplete gamma function Q(a, x).
    ///
    /// Left of a + 1 by the series, right of it by the continued fraction in Lentz's form: Press, Teukolsky, Vetterling,
    /// Flannery, "Numerical Recipes", 3rd edition, section 6.2.
    package static func upperGamma(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 1 }
        guard x.isFinite else { return 0 }
        let front = exp(a * log(x) - x - logGamma(a))
        return x < a + 1 ? 1 - front * series(a, x) : front * continuedFraction(a, x)
    }

    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        var n = a
        while term > sum * 1e-17 {
            n += 1
            term *= x / n
            sum += term
        }
        return sum
    }

    private static func continuedFraction(_ a: Double, _ x: Double) -> Double {
        var b = x + 1 - a
        var c = Double.greatestFiniteMagnitude
        var d = 1 / b
        var fraction = d
        for i in 1...10_000 {
            let an = -Double(i) * (Double(i) - a)
            b += 2
            d = 1 / (an * d + b)
            c = b + an / c
            fraction *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return fraction
    }

    /// Logarithm of the gamma function of a positive number.
    ///
    /// Stirling's series above 10, the recurrence below; C's own writes to a global. DLMF 5.11.1, https://dlmf.nist.gov/5.11.
    package static func logGamma(_ x: Double) -> Double {
        var (x, shift) = (x, 1.0)
        while x < 10 {
            shift *= x
            x += 1
        }
        let inverse = 1 / (x * x)
        let tail = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / x
        return (x - 0.5) * log(x) - x + 0.918_938_533_204_672_74 + tail - log(shift)
    }
}
