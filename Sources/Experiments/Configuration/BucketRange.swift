/// Some of the million buckets, half-open: `lower` is in it, `upper` is not.
///
/// A range grows by its upper bound alone, so that no bucket that was in it leaves.
public struct BucketRange: Hashable, Sendable {
    /// Buckets of a layer, and of an experiment's arms.
    public static let buckets = 1_000_000

    /// First bucket in it.
    public let lower: Int
    /// First bucket past it; as `lower` for a range of none.
    public let upper: Int

    /// Creates a range.
    ///
    /// - Returns: `nil` unless 0 ≤ `lower` ≤ `upper` ≤ 1,000,000.
    public init?(lower: Int, upper: Int) {
        guard 0 <= lower, lower <= upper, upper <= Self.buckets else { return nil }
        self.lower = lower
        self.upper = upper
    }

    /// Buckets in it.
    public var count: Int { upper - lower }

    public func contains(_ bucket: Int) -> Bool { lower <= bucket && bucket < upper }

    /// Whether a bucket is in both.
    public func overlaps(_ other: BucketRange) -> Bool {
        max(lower, other.lower) < min(upper, other.upper)
    }
}

extension BucketRange: CustomStringConvertible {
    /// The bounds as the document writes them: `[20000, 220000]`.
    public var description: String { "[\(lower), \(upper)]" }
}
