import ByteStreams

/// The facet numbers of each row: what to take back when a row's attributes change.
///
/// Rows are kept in blocks, so that a change copies one block and not the table.
struct RowFacets: Sendable {
    private static let blockRows = 4096

    private var blocks: [Block] = []
    private var count = 0

    /// Adds a row at the end.
    mutating func append(_ facets: [Int]) {
        if count % Self.blockRows == 0 { blocks.append(Block()) }
        count += 1
        blocks[blocks.count - 1].append(facets)
    }

    init() {}

    /// Takes the numbers back from a file's lists.
    init(_ lists: PageLists<UInt32>) {
        count = lists.count
        blocks = stride(from: 0, to: count, by: Self.blockRows).map { first in
            Block(lists, rows: first..<min(lists.count, first + Self.blockRows))
        }
    }

    /// The numbers as a file's lists.
    var lists: PageLists<UInt32> {
        var lists = PageListsBuilder<UInt32>(expectedRows: count)
        for row in 0..<count { lists.append(self[row].map { UInt32($0) }) }
        return lists.finish()
    }

    /// The facet numbers of a row.
    subscript(row: Int) -> [Int] {
        get { blocks[row / Self.blockRows].facets(of: row % Self.blockRows) }
        set { blocks[row / Self.blockRows].replace(row % Self.blockRows, with: newValue) }
    }

    /// The numbers of neighbouring rows, one row after another.
    private struct Block: Sendable {
        private var numbers: [UInt32] = []
        /// Where each row's numbers end.
        private var ends: [Int32] = []

        init() {}

        init(_ lists: PageLists<UInt32>, rows: Range<Int>) {
            let start = lists.bounds(of: rows.lowerBound).lowerBound
            ends = rows.map { Int32(lists.bounds(of: $0).upperBound - start) }
            numbers = lists.elements.elements(start..<lists.bounds(of: rows.upperBound - 1).upperBound)
        }

        mutating func append(_ facets: [Int]) {
            numbers.append(contentsOf: facets.map { UInt32($0) })
            ends.append(Int32(numbers.count))
        }

        func facets(of row: Int) -> [Int] { numbers[range(of: row)].map { Int($0) } }

        mutating func replace(_ row: Int, with facets: [Int]) {
            let range = range(of: row)
            numbers.replaceSubrange(range, with: facets.map { UInt32($0) })
            let growth = Int32(facets.count - range.count)
            for index in row..<ends.count {
                ends[index] += growth
            }
        }

        private func range(of row: Int) -> Range<Int> {
            (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
        }
    }
}
