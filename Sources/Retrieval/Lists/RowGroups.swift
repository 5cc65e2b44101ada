/// Rows by a number that each has: those of one number lie together, ascending.
struct RowGroups {
    /// Where the rows of each number begin in ``rows``, and the end.
    let starts: [Int]
    let rows: [Int32]

    /// Groups the rows 0, 1, 2 … by counting.
    ///
    /// - Parameters:
    ///   - numbers: The number of each row, below `count`; a row with a negative one is in no group.
    ///   - count: How many numbers there are.
    init(_ numbers: [Int32], count: Int) {
        var starts = [Int](repeating: 0, count: count + 1)
        for number in numbers where number >= 0 { starts[Int(number) + 1] += 1 }
        for number in 0..<count { starts[number + 1] += starts[number] }
        var next = starts
        var rows = [Int32](repeating: 0, count: starts[count])
        for (row, number) in numbers.enumerated() where number >= 0 {
            rows[next[Int(number)]] = Int32(row)
            next[Int(number)] += 1
        }
        self.starts = starts
        self.rows = rows
    }

    var count: Int { starts.count - 1 }

    subscript(number: Int) -> ArraySlice<Int32> { rows[starts[number]..<starts[number + 1]] }
}
