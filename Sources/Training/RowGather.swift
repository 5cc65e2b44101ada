/// Which rows of a gradient matrix add up to the gradient of which row of a table.
struct RowGather: Sendable {
    /// Rows of the table, ascending, each once.
    private(set) var rows: [Int32] = []
    /// Where each row's sources begin, and one past the last.
    private(set) var offsets: [Int] = [0]
    private(set) var sources: [Int32] = []
    /// What each source is multiplied by.
    private(set) var scales: [Float] = []

    /// Groups links by their table row, keeping their order inside a row.
    ///
    /// - Parameters:
    ///   - links: From a row of the table to a row of the gradient matrix.
    ///   - tableRows: Rows of the table.
    init(_ links: [(row: Int32, source: Int32, scale: Float)], tableRows: Int) {
        var next = [Int](repeating: 0, count: tableRows)
        for link in links { next[Int(link.row)] += 1 }
        var end = 0
        for row in 0..<tableRows where next[row] > 0 {
            let count = next[row]
            next[row] = end
            end += count
            rows.append(Int32(row))
            offsets.append(end)
        }
        sources = [Int32](repeating: 0, count: links.count)
        scales = [Float](repeating: 0, count: links.count)
        for link in links {
            sources[next[Int(link.row)]] = link.source
            scales[next[Int(link.row)]] = link.scale
            next[Int(link.row)] += 1
        }
    }

    /// Takes one source a row, each at its full weight.
    ///
    /// - Parameter rows: Ascending rows of the table with the rows of the gradient matrix.
    init(ascending rows: [(row: Int32, source: Int32)]) {
        self.rows = rows.map(\.row)
        offsets = Array(0...rows.count)
        sources = rows.map(\.source)
        scales = [Float](repeating: 1, count: rows.count)
    }
}
