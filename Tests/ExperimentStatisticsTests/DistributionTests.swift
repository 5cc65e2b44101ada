import ExperimentStatistics
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The expected numbers are SciPy's: `stats.chi2.sf`, `stats.t.ppf` and `sf`, `stats.beta.cdf`, `stats.norm.ppf`.
@Suite("A distribution")
struct DistributionTests {
    @Test(
        "chi-squared has SciPy's upper tail",
        arguments: [
            (4.0, 1, 0.045_500_263_896_358_57), (6.0, 10, 0.815_263_244_523_772_2),
            (240.0, 200, 0.027_863_739_890_520_652), (60.0, 4, 2.900_863_120_340_457_3e-12), (0.0, 3, 1),
            (.infinity, 3, 0),
        ])
    func chiSquared(statistic: Double, degrees: Int, expected: Double) {
        let tail = ChiSquaredDistribution.upperTail(statistic, degreesOfFreedom: degrees)
        #expect(abs(tail - expected) <= 1e-12 * expected)
    }

    @Test("Student's has SciPy's critical value and tails")
    func student() {
        #expect(abs(StudentDistribution.critical(outside: 0.05, degreesOfFreedom: 3) - 3.182_446_305_283_708) < 1e-11)
        #expect(abs(StudentDistribution.bothTails(-2.5, degreesOfFreedom: 10) - 0.031_446_844_236_608_82) < 1e-14)
        #expect(abs(StudentDistribution.critical(outside: 0.05, degreesOfFreedom: 1e7) - 1.959_964_2) < 1e-6)
    }

    @Test("the normal has SciPy's quantiles")
    func normal() {
        #expect(abs(NormalDistribution.quantile(0.975) - 1.959_963_984_540_054) < 1e-12)
        #expect(abs(NormalDistribution.quantile(0.5)) < 1e-12)
        #expect(abs(NormalDistribution.quantile(1e-6) + 4.753_424_308_822_899) < 1e-9)
    }

    @Test("the incomplete beta function is the binomial's sum", arguments: 0...20)
    func beta(least: Int) {
        var (sum, choose) = (0.0, 1.0)
        for hits in 0...20 {
            let chance = choose * (0..<hits).reduce(1) { product, _ in product * 0.3 }
            if hits >= least { sum += chance * (hits..<20).reduce(1) { product, _ in product * 0.7 } }
            choose *= Double(20 - hits) / Double(hits + 1)
        }
        let beta = least == 0 ? 1 : StudentDistribution.beta(0.3, Double(least), Double(21 - least))
        #expect(abs(beta - sum) < 1e-13)
    }

    @Test("the logarithm of the gamma function is that of the factorial", arguments: [1, 2, 5, 9, 10, 11, 50, 150])
    func logGamma(n: Int) {
        let expected = log((1...n).reduce(1.0) { $0 * Double($1) })
        #expect(abs(ChiSquaredDistribution.logGamma(Double(n + 1)) - expected) <= 1e-14 * max(expected, 10))
    }

    @Test("the logarithm of the gamma function of a half is that of the root of pi")
    func logGammaOfHalf() {
        #expect(abs(ChiSquaredDistribution.logGamma(0.5) - log(Double.pi) / 2) < 1e-13)
    }
}
