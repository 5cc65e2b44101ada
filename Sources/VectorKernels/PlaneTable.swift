import CVectorKernels

/// Rows of embeddings as signed bytes, by planes: what a scan reads.
///
/// Each step of a ladder has a plane of its own, so that a scan of a prefix reads the planes of that prefix and no other
/// byte: 32 of 256 dimensions read in place inside full rows took 8 times as long. In a plane 16 rows lie interleaved, four
/// dimensions at a time, as the CPU's integer dot products want them.
///
/// Rows are scaled one by one (the largest magnitude of a row is 127), so a row's codes do not depend on other rows. An
/// inverse norm for each row and rung makes each rung's score a cosine: a truncated unit vector is not a unit vector.
///
/// A table is immutable; ``PlaneTableBuilder`` makes one from rows, or from another table and more rows, whose full blocks
/// it shares.
public struct PlaneTable: Sendable {
    /// Rows of a block: what a scan pays for, and what is copied when rows are appended.
    public static let blockRows = 4096

    /// The planes.
    public let layout: PlaneLayout
    /// Number of rows.
    public let count: Int
    let blocks: [PlaneBlock]

    /// Number of blocks, the last of which may be partly filled.
    public var blockCount: Int { blocks.count }

    /// The rows of a block.
    public func rows(ofBlock block: Int) -> Range<Int> {
        block * Self.blockRows..<min(count, (block + 1) * Self.blockRows)
    }

    /// Scores the rows of one block and keeps the best.
    ///
    /// The score is a cosine in whole numbers up to the last two multiplications, which are done in a fixed order, so every
    /// kernel finds the same rows with the same bits.
    ///
    /// - Parameters:
    ///   - block: From 0 to ``blockCount``.
    ///   - query: A query for this table's layout.
    ///   - mask: The block's rows that take part, 64 to a word, lowest bit first; groups of 16 rows without a bit are not
    ///     read. Bits past the table's last row must be 0.
    ///   - best: Gets the rows, numbered as in the table.
    ///   - kernel: The kind of CPU to use.
    public func scan(
        block: Int, for query: PlaneQuery, among mask: Span<UInt64>, into best: inout TopK,
        kernel: KernelChoice = .current
    ) {
        let rows = rows(ofBlock: block)
        precondition(mask.count * 64 >= rows.count, "A mask of \(mask.count) words for \(rows.count) rows.")
        // Until there is a threshold every row passes, so the first block is scanned in parts that grow as it rises.
        var length = best.threshold == -.infinity ? best.rowsToThreshold : rows.count
        var start = 0
        while start < rows.count {
            let part = start..<min(rows.count, start + length)
            scan(part, ofBlock: block, for: query, among: mask, into: &best, kernel: kernel)
            start = part.upperBound
            length = start
        }
    }

    /// Scans some rows of a block; they start at a multiple of 64.
    private func scan(
        _ part: Range<Int>, ofBlock block: Int, for query: PlaneQuery, among mask: Span<UInt64>,
        into best: inout TopK, kernel: KernelChoice
    ) {
        let firstRow = block * Self.blockRows + part.lowerBound
        let whole = blocks[block]
        let block = PlaneBlock(
            memory: whole.memory, capacity: whole.capacity, firstRow: whole.firstRow + part.lowerBound)
        let mask = mask.extracting(part.lowerBound / 64..<(part.upperBound + 63) / 64)
        let groups = (part.count + Self.groupRows - 1) / Self.groupRows
        // SAFETY: a scan writes at most one place for each row of its groups, and only its hits are read.
        unsafe withUnsafeTemporaryAllocation(of: linden_hit.self, capacity: groups * Self.groupRows) { hits in
            let found = unsafe self.scan(block, rows: part.count, query, mask, best.threshold, hits, kernel)
            best.consider(unsafe UnsafeBufferPointer(rebasing: hits[..<found]).span, firstRow: firstRow)
        }
    }

    /// The codes of a row.
    func codes(ofRow row: Int) -> RowCodes {
        let block = blocks[row / Self.blockRows]
        let place = row % Self.blockRows
        var codes: [Int8] = []
        codes.reserveCapacity(layout.dimensions)
        // SAFETY: the row was written, four bytes to a quad, at these places.
        unsafe block.memory.withPointer(at: 0) { base in
            for (plane, step) in layout.steps.enumerated() {
                let start =
                    block.offset(ofPlane: plane, in: layout)
                    + place / Self.groupRows * layout.quads[plane] * 64 + place % Self.groupRows * 4
                for index in 0..<step.count {
                    let byte = unsafe base.load(
                        fromByteOffset: start + index / 4 * 64 + index % 4, as: UInt8.self)
                    codes.append(Int8(bitPattern: byte ^ 0x80))
                }
            }
        }
        return RowCodes(values: codes)
    }

    /// Reads the bytes that a scan of a rung reads, norms aside, and nothing more: the measure of a scan's time.
    ///
    /// - Returns: The sum of the bytes, to be looked at, so that no compiler leaves out the reading.
    public func readPlanes(rung: Int, kernel: KernelChoice = .current) -> UInt64 {
        var sum: UInt64 = 0
        for plane in 0...rung {
            var index = 0
            while index < blocks.count {
                let start = blocks[index]
                var blockCount = 1
                while index + blockCount < blocks.count, blocks[index + blockCount].memory === start.memory {
                    blockCount += 1
                }
                let bytes = blockCount * Self.blockRows * layout.quads[plane] * 4
                // SAFETY: the blocks of one memory lie side by side in each plane, and the memory has room for all of them.
                sum &+= unsafe start.memory.withPointer(at: start.offset(ofPlane: plane, in: layout)) { plane in
                    unsafe linden_read(kernel.rawValue, plane, bytes)
                }
                index += blockCount
            }
        }
        return sum
    }

    @unsafe
    private func scan(
        _ block: PlaneBlock, rows: Int, _ query: PlaneQuery, _ mask: Span<UInt64>, _ threshold: Float,
        _ hits: UnsafeMutableBufferPointer<linden_hit>, _ kernel: KernelChoice
    ) -> Int {
        // SAFETY: queries are as long as the planes of their rung; the caller checked the mask.
        unsafe block.withPlanes(rung: query.rung, in: layout) { planes, norms in
            unsafe mask.withUnsafeBufferPointer { mask in
                unsafe query.quads.withUnsafeBufferPointer { quads in
                    unsafe query.pairs.withUnsafeBufferPointer { pairs in
                        var job = unsafe linden_scan_job(
                            planes: planes.baseAddress, plane_count: planes.count, inverse_norms: norms,
                            mask: mask.baseAddress,
                            groups: (rows + Int(LINDEN_GROUP_ROWS) - 1) / Int(LINDEN_GROUP_ROWS),
                            query_quads: quads.baseAddress, query_pairs: pairs.baseAddress, bias: query.bias,
                            inverse_query_norm: query.inverseNorm)
                        return unsafe linden_scan(kernel.rawValue, &job, threshold, hits.baseAddress)
                    }
                }
            }
        }
    }
}
