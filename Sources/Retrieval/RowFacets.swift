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
