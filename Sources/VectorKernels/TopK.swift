/// A row and its score.
public struct ScoredRow: Hashable, Sendable {
    public let row: Int
    public let score: Float

    public init(row: Int, score: Float) {
        self.row = row
        self.score = score
    }

    /// Best first: higher score, equal scores by lower row.
    public static func ranksBefore(_ left: ScoredRow, _ right: ScoredRow) -> Bool {
        left.score > right.score || (left.score == right.score && left.row < right.row)
    }
}

/// Keeps the best `capacity` rows of a stream, without sorting what cannot win.
///
/// A higher score is better; equal scores go by the lower row, whatever the order of arrival. Rows that pass the threshold
/// go into a buffer of twice the capacity; when it is full, quickselect keeps the best half and raises the threshold. A
/// row so costs O(1) on average, and one below the threshold costs a comparison.
public struct TopK: Sendable {
    /// Rows wanted.
    public let capacity: Int
    /// Scores below this can no longer win; minus infinity until enough rows were seen.
    public private(set) var threshold = -Float.infinity

    /// A key for each row kept; a better row has a greater key.
    private var keys: [UInt64]
    /// The least key that may still win.
    private var leastKey: UInt64 = 0

    /// Creates an empty selection of at most `capacity` rows.
    public init(capacity: Int) {
        precondition(capacity >= 0, "The best \(capacity) rows.")
        self.capacity = capacity
        keys = []
        keys.reserveCapacity(min(Self.bufferLength(capacity), 1 << 16))
        if capacity == 0 { threshold = .infinity }
    }

    /// Rows after which there is a threshold, if none was there before: a multiple of 64.
    var rowsToThreshold: Int { (Self.bufferLength(capacity) + 63) / 64 * 64 }

    /// Takes a row into account.
    ///
    /// - Parameters:
    ///   - row: From 0 to 2^32 - 1.
    ///   - score: Not NaN.
    public mutating func consider(row: Int, score: Float) {
        let key = Self.key(row: row, score: score)
        guard key >= leastKey, capacity > 0 else { return }
        keys.append(key)
        if keys.count == Self.bufferLength(capacity) { compact() }
    }

    /// The best rows, best first.
    public consuming func ranked() -> [ScoredRow] {
        if keys.count > capacity { compact() }
        keys.sort(by: >)
        return keys.map(Self.scoredRow)
    }

    /// The best rows, in no order.
    public consuming func unranked() -> [ScoredRow] {
        if keys.count > capacity { compact() }
        return keys.map(Self.scoredRow)
    }

    private mutating func compact() {
        // On a span, since an array asks at each swap whether it is shared.
        let capacity = capacity
        var span = keys.mutableSpan
        span.selectGreatest(capacity)
        keys.removeLast(keys.count - capacity)
        leastKey = keys.min() ?? 0
        threshold = Self.scoredRow(leastKey).score
    }

    private static func bufferLength(_ capacity: Int) -> Int { 2 * capacity + 64 }

    /// Orders floats as whole numbers, and puts the row below, inverted: one comparison decides both.
    private static func key(row: Int, score: Float) -> UInt64 {
        precondition(row >= 0 && row <= UInt32.max && !score.isNaN, "Row \(row) with score \(score).")
        // Adding zero makes zero of minus zero, which is equal to it but has other bits.
        let bits = (score + 0).bitPattern
        let ordered = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
        return UInt64(ordered) << 32 | UInt64(~UInt32(row))
    }

    private static func scoredRow(_ key: UInt64) -> ScoredRow {
        let ordered = UInt32(key >> 32)
        let bits = ordered & 0x8000_0000 == 0 ? ~ordered : ordered & 0x7fff_ffff
        return ScoredRow(row: Int(~UInt32(truncatingIfNeeded: key)), score: Float(bitPattern: bits))
    }
}

extension MutableSpan<UInt64> {
    /// Brings the `count` greatest elements to the front, in no order (Hoare's quickselect, median of three).
    fileprivate mutating func selectGreatest(_ count: Int) {
        var low = 0
        var high = self.count - 1
        while low < high {
            let pivot = median(self[low], self[(low + high) / 2], self[high])
            var left = low
            var right = high
            while left <= right {
                while self[left] > pivot { left += 1 }
                while self[right] < pivot { right -= 1 }
                if left <= right {
                    swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if count <= right {
                high = right
            } else if count > left {
                low = left
            } else {
                return
            }
        }
    }

}

private func median(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt64 {
    max(min(first, second), min(max(first, second), third))
}
