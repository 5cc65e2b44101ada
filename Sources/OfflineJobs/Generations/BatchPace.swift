/// How many rows a batch has, and how long the job rests after it.
///
/// Batches grow and shrink so that each takes about as long as is wanted; the rests leave the rest of the capacity to others.
package struct BatchPace {
    /// Rows of the next batch.
    package private(set) var rows: Int
    /// How long a batch may take in the mean; half of what it may take at most.
    let target: Duration
    /// Share of the time that is worked, above 0 and up to 1.
    let share: Double
    /// Most rows of a batch.
    private static let mostRows = 4_096

    package init(target: Duration, share: Double, rows: Int = 32) {
        precondition(share > 0 && share <= 1, "A share of \(share) is not above 0 and up to 1.")
        (self.target, self.share, self.rows) = (target, share, rows)
    }

    /// Takes note of a batch.
    ///
    /// - Parameters:
    ///   - elapsed: How long it took.
    ///   - count: Its rows; fewer than wanted say nothing of what more would take.
    /// - Returns: How long to rest.
    package mutating func rest(after elapsed: Duration, rows count: Int) -> Duration {
        let ratio = target / max(elapsed, .microseconds(100))
        if ratio < 1 || count >= rows {
            rows = min(Self.mostRows, max(1, Int(Double(rows) * min(1.5, max(0.25, ratio)))))
        }
        return elapsed * (1 / share - 1)
    }
}
