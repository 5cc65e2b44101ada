import Domain

/// The rows of one block that a scan may use: those that take part and are paid for.
struct ScanRows {
    /// Rows of the block.
    let count: Int
    /// The rows that take part, 64 to a word, lowest bit first.
    private(set) var words: [UInt64]

    init(count: Int, words: [UInt64]) {
        self.count = count
        self.words = words
    }

    /// Whether no row takes part.
    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// Rows that the scan reads: all rows of each group of 16 in which one takes part.
    var readCount: Int { Self.readCount(of: words.span, count: count) }

    /// Rows that a scan reads of `count` rows, those that take part being given 64 to a word.
    static func readCount(of words: Span<UInt64>, count: Int) -> Int {
        var groups = 0
        for index in words.indices {
            let word = words[index]
            // Each step folds the bits of a group onto fewer, until the lowest says whether there is any.
            var folded = word | word >> 8
            folded |= folded >> 4
            folded |= folded >> 2
            folded |= folded >> 1
            groups += (folded & 0x0001_0001_0001_0001).nonzeroBitCount
        }
        let missing = (groupRows - count % groupRows) % groupRows
        guard missing > 0 else { return groups * groupRows }
        let last = (count - 1) / groupRows * groupRows
        let lastTakesPart = words[last / 64] >> UInt64(last % 64) & 0xffff != 0
        return groups * groupRows - (lastTakesPart ? missing : 0)
    }

    /// Pays for testing and reading the rows, and lets go of those that the meter cannot pay for.
    ///
    /// - Returns: Whether everything was paid for.
    mutating func pay(
        isFiltered: Bool, dimensions: Int, model: CostModel, from meter: inout CostMeter
    ) -> Bool {
        var isPaid = true
        if isFiltered {
            let tested = meter.buy(count, of: .one(.filteredRow), by: model, for: .filter)
            isPaid = tested == count
            keepFirst(tested)
        }
        let wanted = readCount
        let bought = meter.buy(
            wanted, of: .scan(dimensions: dimensions), by: model, for: .scan, dimensions: dimensions)
        if bought < wanted { keepFirst(read: bought) }
        return isPaid && bought == wanted
    }

    private static let groupRows = 16

    /// Whether one of the 16 rows from `first` on takes part.
    private func groupTakesPart(_ first: Int) -> Bool { words[first / 64] >> UInt64(first % 64) & 0xffff != 0 }

    /// Lets go of all but the first `rows` rows of the block.
    private mutating func keepFirst(_ rows: Int) {
        for index in words.indices where rows < (index + 1) * 64 {
            let kept = rows - index * 64
            words[index] &= kept <= 0 ? 0 : (1 << UInt64(kept)) - 1
        }
    }

    /// Lets go of all but the first `rows` of the rows that would be read, which are more.
    private mutating func keepFirst(read rows: Int) {
        var left = rows
        for first in stride(from: 0, to: count, by: Self.groupRows) where groupTakesPart(first) {
            let size = min(Self.groupRows, count - first)
            guard left >= size else { return keepFirst(first + left) }
            left -= size
        }
    }
}
