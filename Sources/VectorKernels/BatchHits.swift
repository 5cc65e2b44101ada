import CVectorKernels

/// Room for what a scan finds for several queries, at most a block of a ``PlaneTable`` at once.
struct BatchHits {
    /// Room for a block of hits for each query.
    private var hits: [linden_hit] = []
    /// Hits of each query.
    private var counts: [Int] = []
    private var thresholds: [Float] = []

    private static let stride = PlaneTable.blockRows

    /// Takes the memory for `queries` queries, once.
    mutating func makeRoom(queries: Int) {
        guard hits.isEmpty else { return }
        hits = [linden_hit](repeating: linden_hit(row: 0, score: 0), count: queries * Self.stride)
        counts = [Int](repeating: 0, count: queries)
        thresholds = [Float](repeating: 0, count: queries)
    }

    /// Finds the rows of a job that reach the thresholds of the best rows so far.
    ///
    /// The job lacks only what is here: thresholds, and room for hits. It has a block of rows or fewer, and no more queries
    /// than there is room for.
    @unsafe
    mutating func find(
        _ job: inout linden_batch_job, for queries: inout linden_queries, above best: [TopK], kernel: KernelChoice
    ) {
        for query in best.indices {
            thresholds[query] = best[query].threshold
        }
        // SAFETY: there is room for a block of hits, a count and a threshold for each query of the job.
        unsafe thresholds.withUnsafeBufferPointer { thresholds in
            unsafe hits.withUnsafeMutableBufferPointer { hits in
                unsafe counts.withUnsafeMutableBufferPointer { counts in
                    unsafe job.thresholds = thresholds.baseAddress
                    unsafe job.hits = hits.baseAddress
                    unsafe job.hit_stride = Self.stride
                    unsafe job.found = counts.baseAddress
                    unsafe linden_scan_batch(kernel.rawValue, &job, &queries)
                }
            }
        }
    }

    /// Takes the hits into account, whose rows are counted from `firstRow`.
    func consider(firstRow: Int, for best: inout [TopK]) {
        for query in best.indices {
            let start = query * Self.stride
            best[query].consider(hits.span.extracting(start..<start + counts[query]), firstRow: firstRow)
        }
    }
}
