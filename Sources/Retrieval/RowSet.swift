/// A set of rows that is small when few rows are in it, cheap to copy, and quick to add to a bitmap.
///
/// Rows are kept in chunks of 65,536, each as a sorted list of 16-bit numbers or, past 4,096 of them, as a bitmap
/// (Lemire et al., "Roaring Bitmaps", Software: Practice and Experience 2018, arXiv:1709.07821; without its runs). Copies
/// share the chunks that neither changes.
struct RowSet: Sendable {
    private var chunks: [Chunk] = []

    /// Number of rows.
    var count: Int { chunks.reduce(0) { $0 + $1.count } }

    /// Whether the row is in the set.
    func contains(_ row: Int) -> Bool {
        let index = row >> 16
        return index < chunks.count && chunks[index].contains(UInt16(truncatingIfNeeded: row))
    }

    /// Adds a row; O(1) at the end, O(4096) elsewhere.
    mutating func insert(_ row: Int) {
        let index = row >> 16
        while chunks.count <= index {
            chunks.append(.list([]))
        }
        chunks[index].insert(UInt16(truncatingIfNeeded: row))
    }

    /// Takes a row out, if it is in.
    mutating func remove(_ row: Int) {
        let index = row >> 16
        guard index < chunks.count else { return }
        chunks[index].remove(UInt16(truncatingIfNeeded: row))
    }

    /// Calls `body` with each word of 64 rows that has any, and the word's number.
    func forEachWord(_ body: (_ word: UInt64, _ index: Int) -> Void) {
        for (number, chunk) in chunks.enumerated() {
            switch chunk {
            case .list(let rows):
                for row in rows {
                    body(1 << UInt64(row & 63), number << 10 + Int(row >> 6))
                }
            case .bitmap(let words, _):
                for (index, word) in words.enumerated() where word != 0 {
                    body(word, number << 10 + index)
                }
            }
        }
    }
}

extension RowSet {
    /// Writes the chunks into a file's column: each with its length in words of 16 bits, 0 for none, and its rows or bits.
    func write(to words: inout [UInt16]) {
        words.append(UInt16(chunks.count))
        for chunk in chunks {
            switch chunk {
            case .list(let rows):
                words.append(UInt16(rows.count))
                words += rows
            case .bitmap(let bits, _):
                words.append(Chunk.bitmapMark)
                for word in bits {
                    words += (0..<4).map { UInt16(truncatingIfNeeded: word >> (16 * UInt64($0))) }
                }
            }
        }
    }

    /// Reads what ``write(to:)`` wrote, from the front of `words`.
    ///
    /// - Returns: `nil` when the words end too early or hold no such set.
    init?(from words: inout ArraySlice<UInt16>) {
        guard let count = words.popFirst() else { return nil }
        for _ in 0..<count {
            guard let mark = words.popFirst() else { return nil }
            let length = mark == Chunk.bitmapMark ? 4096 : Int(mark)
            guard length <= words.count else { return nil }
            let part = words.prefix(length)
            words = words.dropFirst(length)
            guard mark == Chunk.bitmapMark else {
                guard zip(part, part.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
                chunks.append(.list(Array(part)))
                continue
            }
            let bits = stride(from: part.startIndex, to: part.endIndex, by: 4).map { first in
                (0..<4).reduce(into: UInt64(0)) { $0 |= UInt64(part[first + $1]) << (16 * UInt64($1)) }
            }
            chunks.append(.bitmap(bits, count: bits.reduce(0) { $0 + $1.nonzeroBitCount }))
        }
    }
}

/// Up to 65,536 rows.
private enum Chunk: Sendable {
    /// Ascending, at most ``longestList`` of them.
    case list([UInt16])
    case bitmap([UInt64], count: Int)

    /// Where a bitmap's 8 KiB are no more than the list's.
    static let longestList = 4096
    /// Stands in files for the length of a bitmap; no list is so long.
    static let bitmapMark: UInt16 = .max

    var count: Int {
        switch self {
        case .list(let rows): rows.count
        case .bitmap(_, let count): count
        }
    }

    func contains(_ row: UInt16) -> Bool {
        switch self {
        case .list(let rows):
            let index = rows.firstIndex(notBelow: row)
            return index < rows.count && rows[index] == row
        case .bitmap(let words, _):
            return words[Int(row >> 6)] & (1 << UInt64(row & 63)) != 0
        }
    }

    mutating func insert(_ row: UInt16) {
        guard !contains(row) else { return }
        switch self {
        case .list(var rows):
            self = .list([])
            rows.insert(row, at: rows.firstIndex(notBelow: row))
            self = rows.count > Self.longestList ? .bitmap(Self.words(of: rows), count: rows.count) : .list(rows)
        case .bitmap(var words, let count):
            self = .list([])
            words[Int(row >> 6)] |= 1 << UInt64(row & 63)
            self = .bitmap(words, count: count + 1)
        }
    }

    mutating func remove(_ row: UInt16) {
        guard contains(row) else { return }
        switch self {
        case .list(var rows):
            self = .list([])
            rows.remove(at: rows.firstIndex(notBelow: row))
            self = .list(rows)
        case .bitmap(var words, let count):
            // It stays a bitmap however few are left: a set at the limit would else change its form with every row.
            self = .list([])
            words[Int(row >> 6)] &= ~(1 << UInt64(row & 63))
            self = .bitmap(words, count: count - 1)
        }
    }

    private static func words(of rows: [UInt16]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: 1024)
        for row in rows {
            words[Int(row >> 6)] |= 1 << UInt64(row & 63)
        }
        return words
    }
}

extension [UInt16] {
    /// The first index whose element is not below `value`, in an ascending array; `count` when all are.
    fileprivate func firstIndex(notBelow value: UInt16) -> Int {
        guard let last, last >= value else { return count }
        var low = 0
        var high = count - 1
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
