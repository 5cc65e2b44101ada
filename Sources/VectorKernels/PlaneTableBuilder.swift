import CVectorKernels

/// Writes rows into a ``PlaneTable``.
public struct PlaneTableBuilder: ~Copyable {
    private let layout: PlaneLayout
    private let kernel: KernelChoice
    private var blocks: [PlaneBlock]
    private var count: Int
    /// Rows still to come, as far as the caller knows: how much memory is taken at once.
    private var expectedRows: Int

    /// Starts an empty table.
    ///
    /// - Parameters:
    ///   - layout: The planes.
    ///   - expectedRows: Rows that will be appended; more or fewer are fine, but a scan reads fastest what was taken at once.
    ///   - kernel: The kind of CPU to use.
    public init(layout: PlaneLayout, expectedRows: Int, kernel: KernelChoice = .current) {
        self.layout = layout
        self.kernel = kernel
        blocks = []
        count = 0
        self.expectedRows = expectedRows
    }

    /// Starts with the rows of another table, which stays as it is: full blocks are shared, a last partial one is copied.
    public init(extending table: PlaneTable, expectedRows: Int, kernel: KernelChoice = .current) {
        layout = table.layout
        self.kernel = kernel
        blocks = table.blocks
        count = table.count
        self.expectedRows = expectedRows
        let partial = table.count % PlaneTable.blockRows
        guard partial > 0, expectedRows > 0, let last = blocks.popLast() else { return }
        self.expectedRows += partial
        takeMemory()
        copy(last, rows: partial)
        self.expectedRows -= partial
    }

    /// Appends a row, numbered one more than the row before.
    ///
    /// - Throws: ``VectorError`` when the length is wrong, a value is not finite, or all are zero; the table is unchanged.
    ///   A row whose prefix alone is zero is taken: its cosine is 0 at that rung.
    public mutating func append(_ row: Span<Float>) throws(VectorError) {
        guard row.count == layout.dimensions else {
            throw .wrongLength(expected: layout.dimensions, found: row.count)
        }
        _ = try inverseNorm(of: row, kernel: kernel)
        let index = count % PlaneTable.blockRows
        if count == blocks.count * PlaneTable.blockRows { takeMemory() }
        write(RowCodes(row), at: index, of: blocks[count / PlaneTable.blockRows])
        count += 1
        expectedRows -= 1
    }

    /// Appends the first dimensions of a row of codes, as they are.
    public mutating func append(_ rows: CodeRows, row: Int) {
        precondition(
            rows.dimensions >= layout.dimensions, "Codes of \(rows.dimensions), planes of \(layout.dimensions).")
        if count == blocks.count * PlaneTable.blockRows { takeMemory() }
        write(
            rows.codes(of: row, first: layout.dimensions), at: count % PlaneTable.blockRows,
            of: blocks[count / PlaneTable.blockRows])
        count += 1
        expectedRows -= 1
    }

    /// Leaves the next place empty.
    public mutating func appendEmpty() {
        if count == blocks.count * PlaneTable.blockRows { takeMemory() }
        count += 1
        expectedRows -= 1
    }

    /// Appends a row of another table of the same planes, as it is.
    public mutating func append(_ table: PlaneTable, row: Int) {
        precondition(table.layout == layout && row >= 0 && row < table.count, "Row \(row) of \(table.count).")
        if count == blocks.count * PlaneTable.blockRows { takeMemory() }
        write(
            table.codes(ofRow: row), at: count % PlaneTable.blockRows, of: blocks[count / PlaneTable.blockRows])
        count += 1
        expectedRows -= 1
    }

    /// Ends the writing.
    public consuming func finish() -> PlaneTable {
        let used = (count + PlaneTable.blockRows - 1) / PlaneTable.blockRows
        return PlaneTable(layout: layout, count: count, blocks: Array(blocks.prefix(used)))
    }

    /// Takes memory for the rows that are expected, one block at least.
    private mutating func takeMemory() {
        let blockRows = PlaneTable.blockRows
        let capacity = max(1, (expectedRows + blockRows - 1) / blockRows) * blockRows
        let memory = PageMemory(byteCount: capacity * layout.bytesPerRow)
        for firstRow in stride(from: 0, to: capacity, by: blockRows) {
            blocks.append(PlaneBlock(memory: memory, capacity: capacity, firstRow: firstRow))
        }
    }

    private func write(_ codes: RowCodes, at row: Int, of block: PlaneBlock) {
        // SAFETY: the offsets lie in the block, and nobody else has seen this row: it is past the end of every table that
        // shares the block's memory, or the memory is this builder's own.
        unsafe block.memory.withPointer(at: 0) { base in
            for (plane, step) in layout.steps.enumerated() {
                let to = unsafe (base + block.offset(ofPlane: plane, in: layout)).assumingMemoryBound(to: UInt8.self)
                unsafe codes.values.span.extracting(step).withUnsafeBufferPointer { values in
                    guard let from = values.baseAddress else { return }
                    unsafe linden_place(to, layout.quads[plane], row, from, values.count)
                }
            }
            var squared: Int32 = 0
            for (rung, step) in layout.steps.enumerated() {
                squared += codes.sumOfSquares(of: step)
                var norm = squared == 0 ? 0 : 1 / Float(squared).squareRoot()
                let norms = unsafe base + block.offset(ofNorms: rung, in: layout)
                let to = unsafe norms.assumingMemoryBound(to: UInt16.self) + row
                unsafe linden_half_from_float(KernelChoice.scalar.rawValue, &norm, 1, to)
            }
        }
    }

    /// Copies the first rows of a block into the newest block.
    private func copy(_ block: PlaneBlock, rows: Int) {
        let copy = blocks[count / PlaneTable.blockRows]
        let groupRows = Int(LINDEN_GROUP_ROWS)
        let groups = (rows + groupRows - 1) / groupRows
        // SAFETY: both blocks have room for a whole block, and the copy's memory is new.
        unsafe block.memory.withPointer(at: 0) { from in
            unsafe copy.memory.withPointer(at: 0) { to in
                for plane in layout.steps.indices {
                    let bytes = groups * groupRows * 4 * layout.quads[plane]
                    unsafe (to + copy.offset(ofPlane: plane, in: layout)).copyMemory(
                        from: from + block.offset(ofPlane: plane, in: layout), byteCount: bytes)
                    unsafe (to + copy.offset(ofNorms: plane, in: layout)).copyMemory(
                        from: from + block.offset(ofNorms: plane, in: layout), byteCount: 2 * rows)
                }
            }
        }
    }
}
