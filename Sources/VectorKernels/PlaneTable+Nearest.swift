import CVectorKernels

extension PlaneTable {
    /// Finds the row of greatest cosine for each query of a batch: how k-means assigns rows to lists.
    ///
    /// The order is that of whole-number inner products times the row's inverse norm, so every kernel finds the same rows
    /// with the same bits. It reads each row once for eight queries, and takes no memory.
    ///
    /// - Parameters:
    ///   - queries: Queries for this table's layout.
    ///   - range: The rows to look among, at least one; they may start anywhere.
    ///   - rows: Gets the number of each query's row, the lowest of equal ones; as long as the batch or longer.
    ///   - scores: Gets each query's inner product with the row's unit vector, in the query's own scale: comparable with
    ///     the scores of other tables and ranges for the same query. As long as the batch or longer.
    ///   - improving: Whether rows and scores have what was found so far: only a greater score then replaces it.
    public func nearest(
        to queries: borrowing PlaneQueryBatch, among range: Range<Int>, rows: inout MutableSpan<Int32>,
        scores: inout MutableSpan<Float>, improving: Bool = false
    ) {
        precondition(queries.layout == layout, "Queries for planes \(queries.layout.steps), not \(layout.steps).")
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count && !range.isEmpty, "Rows \(range) of \(count).")
        precondition(
            rows.count >= queries.count && scores.count >= queries.count,
            "Room for \(rows.count) rows and \(scores.count) scores of \(queries.count) queries.")
        for query in 0..<queries.count where !improving {
            rows[query] = Int32(range.lowerBound)
            scores[query] = -.infinity
        }
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(range.upperBound, (start / Self.blockRows + 1) * Self.blockRows)
            improve(start..<end, for: queries, rows: &rows, scores: &scores)
            start = end
        }
    }

    /// Looks among rows of one block for better ones than those found.
    private func improve(
        _ range: Range<Int>, for queries: borrowing PlaneQueryBatch, rows: inout MutableSpan<Int32>,
        scores: inout MutableSpan<Float>
    ) {
        let block = blocks[range.lowerBound / Self.blockRows]
        let blockStart = range.lowerBound / Self.blockRows * Self.blockRows
        let (quads, pairs, biases) = (queries.tileQuads.span, queries.tilePairs.span, queries.biases.span)
        // SAFETY: the range lies in the block; the batch has the planes of this layout's rung and is packed for its kernel;
        // rows and scores are as long as it.
        unsafe block.withPlanes(rung: queries.rung, in: layout) { planes, norms in
            unsafe quads.withUnsafeBufferPointer { quads in
                unsafe pairs.withUnsafeBufferPointer { pairs in
                    unsafe biases.withUnsafeBufferPointer { biases in
                        unsafe rows.withUnsafeMutableBufferPointer { rows in
                            unsafe scores.withUnsafeMutableBufferPointer { scores in
                                var job = unsafe linden_nearest_job(
                                    planes: planes.baseAddress, plane_count: planes.count, inverse_norms: norms,
                                    first_row: range.lowerBound - blockStart, row_count: range.count,
                                    number: Int32(blockStart))
                                var packed = unsafe linden_queries(
                                    tile_quads: quads.baseAddress, tile_pairs: pairs.baseAddress,
                                    biases: biases.baseAddress, count: queries.count, quads: queries.quadCount)
                                unsafe linden_nearest(
                                    queries.kernel.rawValue, &job, &packed, rows.baseAddress, scores.baseAddress)
                            }
                        }
                    }
                }
            }
        }
    }
}
