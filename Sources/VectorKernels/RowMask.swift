import CVectorKernels

/// Which rows of a table take part: a bit for each.
public struct RowMask: Hashable, Sendable {
    /// Rows that the mask speaks of, 0 ..< `rowCount`.
    public private(set) var rowCount: Int
    /// 64 rows to a word, lowest bit first; bits past the last row are 0.
    package private(set) var words: [UInt64]

    /// Creates a mask of `rowCount` rows, all in or all out.
    public init(rowCount: Int, allRows: Bool = false) {
        precondition(rowCount >= 0, "A mask of \(rowCount) rows.")
        self.rowCount = rowCount
        words = [UInt64](repeating: allRows ? .max : 0, count: (rowCount + 63) / 64)
        clearPastEnd()
    }

    /// Creates a mask of the given rows.
    public init(rowCount: Int, rows: some Sequence<Int>) {
        self.init(rowCount: rowCount)
        for row in rows {
            insert(row)
        }
    }

    /// Takes a mask back from its words.
    ///
    /// - Returns: `nil` when there are too few or too many words, or a bit past the last row is set.
    package init?(rowCount: Int, words: [UInt64]) {
        guard rowCount >= 0, words.count == (rowCount + 63) / 64 else { return nil }
        if rowCount % 64 != 0, let last = words.last, last >> UInt64(rowCount % 64) != 0 { return nil }
        self.rowCount = rowCount
        self.words = words
    }

    /// Number of rows that take part.
    ///
    /// - Complexity: O(rows / 64).
    public var count: Int {
        // SAFETY: the buffer has as many words as it says.
        unsafe words.span.withUnsafeBufferPointer { words in
            unsafe linden_count_bits(KernelChoice.current.rawValue, words.baseAddress, words.count)
        }
    }

    /// Whether a row takes part; rows past the last do not.
    public func contains(_ row: Int) -> Bool {
        row < rowCount && words[row >> 6] & (1 << UInt64(row & 63)) != 0
    }

    /// Lets a row take part.
    public mutating func insert(_ row: Int) {
        precondition(row >= 0 && row < rowCount, "Row \(row) of \(rowCount).")
        words[row >> 6] |= 1 << UInt64(row & 63)
    }

    /// Leaves a row out.
    public mutating func remove(_ row: Int) {
        precondition(row >= 0 && row < rowCount, "Row \(row) of \(rowCount).")
        words[row >> 6] &= ~(1 << UInt64(row & 63))
    }

    /// Adds a row at the end.
    public mutating func append(_ takesPart: Bool) {
        if rowCount & 63 == 0 { words.append(0) }
        rowCount += 1
        if takesPart { insert(rowCount - 1) }
    }

    /// Keeps the rows that both masks have.
    public mutating func formIntersection(_ other: RowMask) {
        precondition(rowCount == other.rowCount, "Masks of \(rowCount) and \(other.rowCount) rows.")
        for index in words.indices {
            words[index] &= other.words[index]
        }
    }

    /// Leaves out the rows of word `index` that `word` does not have.
    package mutating func formIntersection(word: UInt64, at index: Int) { words[index] &= word }

    /// The rows that take part, lowest first.
    public var rows: [Int] {
        var rows: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                rows.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return rows
    }

    /// Adds 64 rows at once, those of word `index`; bits past the last row are passed over.
    package mutating func formUnion(word: UInt64, at index: Int) {
        guard index < words.count else { return }
        words[index] |= word
        if index == words.count - 1 { clearPastEnd() }
    }

    private mutating func clearPastEnd() {
        let used = rowCount & 63
        if used != 0 { words[words.count - 1] &= (1 << UInt64(used)) - 1 }
    }
}
