import CVectorKernels

/// Writes rows into a ``VectorTable``.
public struct VectorTableBuilder: ~Copyable {
    private let dimensions: Int
    private let precision: VectorPrecision
    private let kernel: KernelChoice
    private var blocks: [VectorBlock]
    private var count: Int
    /// Rows still to come, as far as the caller knows: how much memory is taken at once.
    private var expectedRows: Int

    /// Starts an empty table.
    ///
    /// - Parameters:
    ///   - dimensions: Length of each row.
    ///   - precision: Bits kept of each value.
    ///   - expectedRows: Rows that will be appended; more or fewer are fine.
    ///   - kernel: The kind of CPU to use.
    public init(
        dimensions: Int, precision: VectorPrecision = .half, expectedRows: Int, kernel: KernelChoice = .current
    ) {
        precondition(dimensions > 0, "Rows of \(dimensions) dimensions.")
        self.dimensions = dimensions
        self.precision = precision
        self.kernel = kernel
        blocks = []
        count = 0
        self.expectedRows = expectedRows
    }

    /// Starts with the rows of another table, which stays as it is: full blocks are shared, a last partial one is copied.
    public init(extending table: VectorTable, expectedRows: Int, kernel: KernelChoice = .current) {
        self.init(
            dimensions: table.dimensions, precision: table.precision, expectedRows: expectedRows, kernel: kernel)
        blocks = table.blocks
        count = table.count
        let partial = table.count % VectorTable.blockRows
        guard partial > 0, expectedRows > 0, let last = blocks.popLast() else { return }
        self.expectedRows += partial
        takeMemory()
        copy(last, rows: partial)
        self.expectedRows -= partial
    }

    /// Appends a row, numbered one more than the row before.
    ///
    /// - Throws: ``VectorError`` when the length is wrong, a value is not finite in the table's precision, or all are zero;
    ///   the table is then unchanged.
    public mutating func append(_ row: Span<Float>) throws(VectorError) {
        switch precision {
        case .half:
            try append(halves: HalfPrecision.bits(of: row, kernel: kernel).span)
        case .single:
            try check(row)
            // SAFETY: the bytes are read while the closure runs.
            unsafe row.withUnsafeBytes { unsafe write($0) }
        }
    }

    /// Appends a row of half-precision bits, as PostgreSQL holds them.
    ///
    /// - Throws: As ``append(_:)`` does.
    public mutating func append(halves row: Span<UInt16>) throws(VectorError) {
        let values = HalfPrecision.values(of: row, kernel: kernel)
        switch precision {
        case .half:
            try check(values.span)
            // SAFETY: the bytes are read while the closure runs.
            unsafe row.withUnsafeBytes { unsafe write($0) }
        case .single:
            try append(values.span)
        }
    }

    /// Ends the writing.
    public consuming func finish() -> VectorTable {
        let used = (count + VectorTable.blockRows - 1) / VectorTable.blockRows
        return VectorTable(
            dimensions: dimensions, count: count, precision: precision, blocks: Array(blocks.prefix(used)))
    }

    /// Refuses a row's values, as the table will give them back, that have no direction.
    private func check(_ row: Span<Float>) throws(VectorError) {
        guard row.count == dimensions else { throw .wrongLength(expected: dimensions, found: row.count) }
        _ = try inverseNorm(of: row, kernel: kernel)
    }

    /// Writes a row's bytes into the next place.
    @unsafe
    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        let row = count % VectorTable.blockRows
        if count == blocks.count * VectorTable.blockRows { takeMemory() }
        let block = blocks[count / VectorTable.blockRows]
        // SAFETY: the place lies in the block and holds a row of this table; nobody else has seen this row yet.
        unsafe block.memory.withPointer(at: 0) { base in
            let start = unsafe base + block.offset(ofRow: row, dimensions: dimensions, precision: precision)
            unsafe UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyMemory(from: bytes)
        }
        count += 1
        expectedRows -= 1
    }

    /// Takes memory for the rows that are expected, one block at least.
    private mutating func takeMemory() {
        let blockRows = VectorTable.blockRows
        let capacity = max(1, (expectedRows + blockRows - 1) / blockRows) * blockRows
        let memory = PageMemory(
            byteCount: capacity * VectorBlock.stride(dimensions: dimensions, precision: precision))
        for firstRow in stride(from: 0, to: capacity, by: blockRows) {
            blocks.append(VectorBlock(memory: memory, firstRow: firstRow))
        }
    }

    /// Copies the first rows of a block into the newest block.
    private func copy(_ block: VectorBlock, rows: Int) {
        let copy = blocks[count / VectorTable.blockRows]
        // SAFETY: both blocks have room for a whole block, and the copy's memory is new.
        unsafe block.memory.withPointer(at: 0) { from in
            unsafe copy.memory.withPointer(at: 0) { to in
                unsafe (to + copy.offset(ofRow: 0, dimensions: dimensions, precision: precision)).copyMemory(
                    from: from + block.offset(ofRow: 0, dimensions: dimensions, precision: precision),
                    byteCount: rows * VectorBlock.stride(dimensions: dimensions, precision: precision))
            }
        }
    }
}
