import VectorKernels

/// Finds the nearest of some rows of a table for many rows.
struct RowAssignment {
    let rows: CodeRows

    private static let batchLength = 512

    /// Finds the nearest row of a table for each member, the first of equal ones.
    ///
    /// - Parameters:
    ///   - members: Numbers of the rows.
    ///   - table: Centres.
    ///   - ranges: Rows of the table to look among; at least one.
    /// - Returns: A row of the table for each member.
    func nearest(of members: some Collection<Int32>, in table: PlaneTable, among ranges: [Range<Int>]) -> [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(members.count)
        let capacity = max(1, min(Self.batchLength, members.count))
        var batch = PlaneQueryBatch(layout: table.layout, rung: 0, capacity: capacity)
        var nearest = [Int32](repeating: 0, count: capacity)
        var scores = [Float](repeating: 0, count: capacity)
        var rest = members[...]
        while !rest.isEmpty {
            let part = rest.prefix(capacity)
            rest = rest.dropFirst(capacity)
            batch.removeAll()
            for row in part { batch.append(rows, row: Int(row)) }
            var nearestSpan = nearest.mutableSpan
            var scoresSpan = scores.mutableSpan
            for (number, range) in ranges.enumerated() {
                table.nearest(
                    to: batch, among: range, rows: &nearestSpan, scores: &scoresSpan, improving: number > 0)
            }
            found += nearest[..<part.count]
        }
        return found
    }
}

extension CodeRows {
    /// Some vectors, one after another.
    init(_ vectors: [Float], dimensions: Int) {
        self.init(dimensions: dimensions)
        for start in stride(from: 0, to: vectors.count, by: dimensions) {
            append(vectors.span.extracting(start..<start + dimensions))
        }
    }
}
