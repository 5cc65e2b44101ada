#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Counts of positive values in buckets that grow by 1 %, for quantiles of latencies and costs.
///
/// Bucket b holds the values from 1.01ᵇ up to 1.01ᵇ⁺¹; a quantile is known to 1 % whatever the values are: Masson, Rim, Lee,
/// "DDSketch", VLDB 2019, section 2. Histograms merge. In SQL a value's bucket is `floor(ln(value) / ln(1.01))`.
public struct ValueHistogram: Hashable, Sendable {
    /// Values by bucket.
    public private(set) var counts: [Int: Int]
    /// Values in all buckets.
    public private(set) var count: Int

    /// How much wider a bucket is than the one below it.
    public static let growth = 1.01
    private static let smallest = 1e-12

    /// Creates a histogram from counts by bucket, none negative.
    public init(counts: [Int: Int] = [:]) {
        precondition(counts.values.allSatisfy { $0 >= 0 }, "A bucket holds less than nothing.")
        self.counts = counts
        count = counts.values.reduce(0, +)
    }

    /// The bucket of a value; those of a trillionth and less are one.
    public static func bucket(of value: Double) -> Int {
        precondition(value.isFinite, "No bucket holds \(value).")
        return Int((log(max(value, smallest)) / log(growth)).rounded(.down))
    }

    /// Counts one more value.
    public mutating func add(_ value: Double) {
        counts[Self.bucket(of: value), default: 0] += 1
        count += 1
    }

    /// Counts the values of another histogram as well.
    public mutating func merge(_ other: ValueHistogram) {
        counts.merge(other.counts, uniquingKeysWith: +)
        count += other.count
    }

    /// The value that a share of all values does not pass, as the middle of its bucket; `nil` without values.
    public func quantile(_ share: Double) -> Double? {
        guard let bucket = buckets(atRanks: [max(1, Int((share * Double(count)).rounded(.up)))])[0] else { return nil }
        return pow(Self.growth, Double(bucket) + 0.5)
    }

    /// Where the distribution's quantile lies, at all looks together, by order statistics.
    ///
    /// However the values are distributed, as many as a binomial number lie at or below their quantile; the order
    /// statistics at the ends of that number's sequence hold it: Howard, Ramdas, "Sequential estimation of quantiles with
    /// applications to A/B testing and best-arm identification", Bernoulli 2022, section 2. Ends are
    /// rounded outwards to their buckets. Values are independent: those of one stall count as many.
    ///
    /// - Parameters:
    ///   - share: The quantile's level, more than 0 and less than 1, for instance 0.99.
    ///   - falsePositiveRate: Chance that any of the intervals misses the quantile.
    /// - Returns: 0 to infinity while there are too few values.
    public func quantileInterval(_ share: Double, falsePositiveRate: Double) -> Interval {
        precondition(share > 0 && share < 1, "No quantile at \(share).")
        let counts = ShareSequence.counts(below: share, trials: count, falsePositiveRate: falsePositiveRate)
        let ends = buckets(atRanks: [counts.lowerBound, counts.upperBound + 1])
        return Interval(
            lower: ends[0].map { pow(Self.growth, Double($0)) } ?? 0,
            upper: ends[1].map { pow(Self.growth, Double($0 + 1)) } ?? .infinity)
    }

    /// Buckets of the values with these ranks, counted from 1; ranks ascend, and outside there is no bucket.
    private func buckets(atRanks ranks: [Int]) -> [Int?] {
        var found = [Int?](repeating: nil, count: ranks.count)
        var (next, below) = (0, 0)
        while next < ranks.count && ranks[next] < 1 { next += 1 }
        for (bucket, inside) in counts.sorted(by: { $0.key < $1.key }) {
            below += inside
            while next < ranks.count && ranks[next] <= below {
                found[next] = bucket
                next += 1
            }
        }
        return found
    }
}
