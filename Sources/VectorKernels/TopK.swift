import CVectorKernels

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

    /// A key for each row kept, a better row a greater one, and room behind them.
    private var keys: [UInt64]
    /// Keys of rows.
    private var count = 0
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

    /// Whether no row was kept yet.
    var isEmpty: Bool { count == 0 }

    /// Whether as many rows were kept as are wanted.
    var isFull: Bool { count >= capacity }

    /// Passes over rows of lower scores from now on, though they might be among the best.
    mutating func passOver(below score: Float) {
        threshold = max(threshold, score)
        leastKey = max(leastKey, Self.key(row: .max, score: score))
    }

    /// Takes a row into account.
    ///
    /// - Parameters:
    ///   - row: From 0 to 2^32 - 1.
    ///   - score: Not NaN.
    public mutating func consider(row: Int, score: Float) {
        precondition(row >= 0 && row <= UInt32.max && !score.isNaN, "Row \(row) with score \(score).")
        let key = Self.key(row: UInt32(row), score: score)
        guard key >= leastKey, capacity > 0 else { return }
        makeRoom(for: 1)
        keys[count] = key
        count += 1
        if count == Self.bufferLength(capacity) { compact() }
    }

    /// Takes what a scan found into account, as ``consider(row:score:)`` does.
    ///
    /// - Parameters:
    ///   - hits: Their scores are not NaN.
    ///   - firstRow: The row that the hits count theirs from.
    mutating func consider(_ hits: Span<linden_hit>, firstRow: Int) {
        guard capacity > 0 else { return }
        let firstRow = UInt32(firstRow)
        var index = 0
        while index < hits.count {
            let end = min(hits.count, index + Self.bufferLength(capacity) - count)
            makeRoom(for: end - index)
            // Every key is written and only those that may win are kept: a branch would be guessed wrong too often.
            let leastKey = leastKey
            var kept = count
            var span = keys.mutableSpan
            for index in index..<end {
                let key = Self.key(row: firstRow + hits[index].row, score: hits[index].score)
                span[kept] = key
                kept += key >= leastKey ? 1 : 0
            }
            count = kept
            index = end
            if count == Self.bufferLength(capacity) { compact() }
        }
    }

    /// The best rows, best first.
    public consuming func ranked() -> [ScoredRow] {
        keepBest()
        var span = keys.mutableSpan
        span.sortGreatestFirst()
        return keys.map(Self.scoredRow)
    }

    /// The best rows, in no order.
    public consuming func unranked() -> [ScoredRow] {
        keepBest()
        return keys.map(Self.scoredRow)
    }

    private mutating func compact() {
        // On a span, since an array asks at each swap whether it is shared.
        let (capacity, length) = (capacity, count)
        var span = keys.mutableSpan
        span.selectGreatest(capacity, ofFirst: length)
        count = capacity
        leastKey = keys[capacity - 1]
        threshold = Self.scoredRow(leastKey).score
    }

    /// Leaves nothing but the keys of the best rows.
    private mutating func keepBest() {
        if count > capacity { compact() }
        keys.removeLast(keys.count - count)
    }

    private mutating func makeRoom(for more: Int) {
        guard count + more > keys.count else { return }
        // Twice as much, but for the last time.
        let length = max(count + more, min(2 * keys.count, Self.bufferLength(capacity)))
        keys.append(contentsOf: repeatElement(0, count: length - keys.count))
    }

    private static func bufferLength(_ capacity: Int) -> Int { 2 * capacity + 64 }

    /// Orders floats as whole numbers, and puts the row below, inverted: one comparison decides both.
    private static func key(row: UInt32, score: Float) -> UInt64 {
        // Adding zero makes zero of minus zero, which is equal to it but has other bits.
        let bits = (score + 0).bitPattern
        let ordered = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
        return UInt64(ordered) << 32 | UInt64(~row)
    }

    private static func scoredRow(_ key: UInt64) -> ScoredRow {
        let ordered = UInt32(key >> 32)
        let bits = ordered & 0x8000_0000 == 0 ? ~ordered : ordered & 0x7fff_ffff
        return ScoredRow(row: Int(~UInt32(truncatingIfNeeded: key)), score: Float(bitPattern: bits))
    }
}
