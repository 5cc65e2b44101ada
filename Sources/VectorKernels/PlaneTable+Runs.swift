import CVectorKernels

/// Neighbouring rows of a ``PlaneTable``, at least one.
public struct RowRun: Hashable, Sendable, BitwiseCopyable {
    /// The first row.
    public var first: UInt32
    /// Number of rows.
    public var count: UInt32

    public init(_ rows: Range<Int>) {
        precondition(!rows.isEmpty, "A run of no row.")
        first = UInt32(rows.lowerBound)
        count = UInt32(rows.count)
    }

    /// The groups of 16 rows that it touches.
    public var groups: Range<Int> {
        Int(first) / PlaneTable.groupRows..<(Int(first) + Int(count) + PlaneTable.groupRows - 1) / PlaneTable.groupRows
    }
}

extension PlaneTable {
    /// Rows that lie interleaved.
    public static let groupRows = 16

    /// Scores the rows of some runs and keeps the best; the lines of runs to come are fetched meanwhile.
    ///
    /// Scores are those of ``scan(block:for:among:into:kernel:)``, by the same arithmetic. Where runs have many more rows than
    /// are wanted, one group in 16 is scored first, and tells which rows need not be kept; if those that reach its limit
    /// are too few after all, everything is scored again. The rows found are the same.
    ///
    /// - Parameters:
    ///   - runs: Of the rows that the table took memory for at once: all, unless it was extended. No row is in two.
    ///   - query: A query for this table's layout.
    ///   - mask: The table's rows that take part, 64 to a word, lowest bit first; as many words as the groups of any run
    ///     want.
    ///   - best: Gets the rows, numbered as in the table.
    ///   - kernel: The kind of CPU to use.
    public func scan(
        runs: Span<RowRun>, for query: PlaneQuery, among mask: Span<UInt64>, into best: inout TopK,
        kernel: KernelChoice = .current
    ) {
        let limit = best.isEmpty ? limit(of: runs, for: query, among: mask, count: best.capacity, kernel: kernel) : nil
        guard let limit else {
            return scan(everyGroupOf: runs, for: query, among: mask, into: &best, kernel: kernel)
        }
        best.passOver(below: limit)
        scan(everyGroupOf: runs, for: query, among: mask, into: &best, kernel: kernel)
        guard !best.isFull else { return }
        best = TopK(capacity: best.capacity)
        scan(everyGroupOf: runs, for: query, among: mask, into: &best, kernel: kernel)
    }

    /// A score that somewhat more rows than the best `count` reach, by a sample; `nil` where that does not pay.
    private func limit(
        of runs: Span<RowRun>, for query: PlaneQuery, among mask: Span<UInt64>, count: Int, kernel: KernelChoice
    ) -> Float? {
        var groups = 0
        for index in runs.indices { groups += runs[index].groups.count }
        guard count > 0, groups * Self.groupRows >= max(1024, 8 * count) else { return nil }
        var sample: [RowRun] = []
        sample.reserveCapacity(groups / Self.sampleStep + 1)
        // The group in the middle of each stretch, counted through all runs.
        var next = Self.sampleStep / 2
        for index in runs.indices {
            let run = runs[index]
            let groups = run.groups
            while next < groups.count {
                let first = (groups.lowerBound + next) * Self.groupRows
                let rows = max(Int(run.first), first)..<min(Int(run.first + run.count), first + Self.groupRows)
                sample.append(RowRun(rows))
                next += Self.sampleStep
            }
            next -= groups.count
        }
        // Three standard deviations more than the sample's share of the best rows.
        let share = Double(count) / Double(Self.sampleStep)
        var best = TopK(capacity: Int(share + 3 * share.squareRoot()) + 3)
        scan(everyGroupOf: sample.span, for: query, among: mask, into: &best, kernel: kernel)
        guard best.isFull else { return nil }
        return best.unranked().reduce(.infinity) { min($0, $1.score) }
    }

    /// Of so many groups one is a sample.
    private static let sampleStep = 16

    /// Scores the rows of some runs without a sample before.
    private func scan(
        everyGroupOf runs: Span<RowRun>, for query: PlaneQuery, among mask: Span<UInt64>, into best: inout TopK,
        kernel: KernelChoice
    ) {
        var start = 0
        // Until there is a threshold every row passes, so the first part is short, and parts grow as it rises.
        var length = best.threshold == -.infinity ? best.rowsToThreshold : Self.blockRows
        while start < runs.count {
            var end = start
            var rows = 0
            while end < runs.count {
                let more = runs[end].groups.count * Self.groupRows
                if rows > 0, rows + more > length { break }
                rows += more
                end += 1
            }
            scan(part: runs.extracting(start..<end), rows: rows, for: query, among: mask, into: &best, kernel: kernel)
            start = end
            length = min(2 * length, Self.blockRows)
        }
    }

    private func scan(
        part runs: Span<RowRun>, rows: Int, for query: PlaneQuery, among mask: Span<UInt64>, into best: inout TopK,
        kernel: KernelChoice
    ) {
        guard rows > 0, let block = blocks.first else { return }
        let groups = min(block.capacity, 64 * mask.count) / Self.groupRows
        for index in runs.indices {
            let run = runs[index]
            precondition(run.groups.upperBound <= groups, "Rows of \(run) in a table of \(groups) groups.")
        }
        // SAFETY: the runs were checked against the memory and the mask; a scan writes at most one hit a row, and only hits
        // that it wrote are read. `RowRun` has the fields of `linden_run` in their order.
        unsafe withUnsafeTemporaryAllocation(of: linden_hit.self, capacity: rows) { hits in
            let found = unsafe hitsOf(runs, in: block, query, mask, best.threshold, hits, kernel)
            best.consider(unsafe UnsafeBufferPointer(rebasing: hits[..<found]).span, firstRow: 0)
        }
    }

    @unsafe
    private func hitsOf(
        _ runs: Span<RowRun>, in block: PlaneBlock, _ query: PlaneQuery, _ mask: Span<UInt64>, _ threshold: Float,
        _ hits: UnsafeMutableBufferPointer<linden_hit>, _ kernel: KernelChoice
    ) -> Int {
        // SAFETY: queries are as long as the planes of their rung; the caller checked runs and mask.
        unsafe block.withPlanes(rung: query.rung, in: layout) { planes, norms in
            unsafe mask.withUnsafeBufferPointer { mask in
                unsafe query.quads.withUnsafeBufferPointer { quads in
                    unsafe query.pairs.withUnsafeBufferPointer { pairs in
                        var job = unsafe linden_scan_job(
                            planes: planes.baseAddress, plane_count: planes.count, inverse_norms: norms,
                            mask: mask.baseAddress, groups: 0, query_quads: quads.baseAddress,
                            query_pairs: pairs.baseAddress, bias: query.bias, inverse_query_norm: query.inverseNorm)
                        return unsafe runs.withUnsafeBufferPointer { runs in
                            unsafe runs.withMemoryRebound(to: linden_run.self) { runs in
                                unsafe linden_scan_runs(
                                    kernel.rawValue, &job, runs.baseAddress, runs.count, threshold, hits.baseAddress)
                            }
                        }
                    }
                }
            }
        }
    }
}
