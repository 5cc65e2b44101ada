/// Disjoint ranges of buckets and what each stands for.
struct RangeTable<Value: Sendable>: Sendable {
    private var lowers: [Int] = []
    private var uppers: [Int] = []
    private var values: [Value] = []

    /// Creates a table; ranges of no bucket are left out.
    init(_ ranges: [(range: BucketRange, value: Value)]) {
        for (range, value) in ranges.sorted(by: { $0.range.lower < $1.range.lower }) where range.count > 0 {
            lowers.append(range.lower)
            uppers.append(range.upper)
            values.append(value)
        }
    }

    var isEmpty: Bool { values.isEmpty }

    /// What the range of a bucket stands for; `nil` for a bucket that no range has.
    ///
    /// Logarithmic in the ranges.
    subscript(bucket: Int) -> Value? {
        var (low, high) = (0, lowers.count)
        while low < high {
            let middle = (low + high) / 2
            if lowers[middle] <= bucket { low = middle + 1 } else { high = middle }
        }
        guard low > 0, bucket < uppers[low - 1] else { return nil }
        return values[low - 1]
    }
}
