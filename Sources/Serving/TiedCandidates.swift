import Domain

extension [Candidate] {
    /// The same candidates, neighbours of equal score by item number.
    ///
    /// Rows are numbered in the order in which items came, which no two nodes share; items are numbered by the store.
    func breakingTies(by number: (_ row: Int) -> ItemNumber) -> [Candidate] {
        var ordered = self
        var start = 0
        while start < count {
            var end = start + 1
            while end < count, self[end].score == self[start].score { end += 1 }
            if end - start > 1 {
                ordered[start..<end] = ArraySlice(self[start..<end].sorted { number($0.row) < number($1.row) })
            }
            start = end
        }
        return ordered
    }
}
