import CVectorKernels

/// Neighbouring groups of 16 rows of a ``PlaneTable``.
public struct GroupRun: Hashable, Sendable, BitwiseCopyable {
    /// Number of the first group: its rows begin at 16 times that.
    public var first: UInt32
    /// Number of groups.
    public var groups: UInt32

    public init(first: Int, groups: Int) {
        self.first = UInt32(first)
        self.groups = UInt32(groups)
    }
}

extension PlaneTable {
    /// Rows that lie interleaved.
    public static let groupRows = 16

    /// Scores the rows of some runs of groups and keeps the best; the lines of runs to come are fetched meanwhile.
    ///
    /// Scores are those of ``scan(block:for:among:into:kernel:)``, by the same arithmetic.
    ///
    /// - Parameters:
    ///   - runs: Groups of the rows that the table took memory for at once: all, unless it was extended.
    ///   - query: A query for this table's layout.
    ///   - mask: The table's rows that take part, 64 to a word, lowest bit first; as many words as the groups of any run
    ///     want.
    ///   - best: Gets the rows, numbered as in the table.
    ///   - kernel: The kind of CPU to use.
    public func scan(
        runs: Span<GroupRun>, for query: PlaneQuery, among mask: Span<UInt64>, into best: inout TopK,
        kernel: KernelChoice = .current
    ) {
        var start = 0
        // Until there is a threshold every row passes, so the first part is short, and parts grow as it rises.
        var length = best.threshold == -.infinity ? best.rowsToThreshold : Self.blockRows
        while start < runs.count {
            var end = start
            var rows = 0
            while end < runs.count {
                let more = Int(runs[end].groups) * Self.groupRows
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
        part runs: Span<GroupRun>, rows: Int, for query: PlaneQuery, among mask: Span<UInt64>, into best: inout TopK,
        kernel: KernelChoice
    ) {
        guard rows > 0, let block = blocks.first else { return }
        let groups = min(block.capacity, 64 * mask.count) / Self.groupRows
        for index in runs.indices {
            let run = runs[index]
            precondition(Int(run.first) + Int(run.groups) <= groups, "Groups of \(run) in a table of \(groups).")
        }
        // SAFETY: the runs were checked against the memory and the mask; a scan writes at most one hit a row, and only hits
        // that it wrote are read. `GroupRun` has the fields of `linden_run` in their order.
        unsafe withUnsafeTemporaryAllocation(of: linden_hit.self, capacity: rows) { hits in
            let found = unsafe hitsOf(runs, in: block, query, mask, best.threshold, hits, kernel)
            best.consider(unsafe UnsafeBufferPointer(rebasing: hits[..<found]).span, firstRow: 0)
        }
    }

    @unsafe
    private func hitsOf(
        _ runs: Span<GroupRun>, in block: PlaneBlock, _ query: PlaneQuery, _ mask: Span<UInt64>, _ threshold: Float,
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
