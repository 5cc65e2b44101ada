import CVectorKernels

/// How many bits a table keeps of each value.
public enum VectorPrecision: Int, Sendable {
    /// Two bytes: what PostgreSQL holds, and enough to rank by.
    case half = 2
    /// Four bytes.
    case single = 4

    /// Bytes of one value.
    public var bytes: Int { rawValue }
}

/// Full-length rows for scoring a few of them exactly: what a rerank reads.
///
/// A row starts at a cache line of its own, and nothing else is kept of it: its inner product with a query and its norm come
/// out of one pass over its values.
///
/// A table is immutable; ``VectorTableBuilder`` makes one from rows, or from another table and more rows, whose full blocks
/// it shares.
public struct VectorTable: Sendable {
    /// Rows of a block: what is copied when rows are appended.
    public static let blockRows = 4096

    /// Length of each row.
    public let dimensions: Int
    /// Number of rows.
    public let count: Int
    public let precision: VectorPrecision
    let blocks: [VectorBlock]
    /// Address of each block's first row; numbers, because the blocks own the memory.
    let blockStarts: [UInt]

    init(dimensions: Int, count: Int, precision: VectorPrecision, blocks: [VectorBlock]) {
        self.dimensions = dimensions
        self.count = count
        self.precision = precision
        self.blocks = blocks
        blockStarts = blocks.map { block in
            let start = block.offset(ofRow: 0, dimensions: dimensions, precision: precision)
            // SAFETY: the address is only used while `blocks` keep the memory.
            return unsafe block.memory.withPointer(at: start) { UInt(bitPattern: $0) }
        }
    }

    /// The cosines of some rows with a query, in the order of `rows`.
    ///
    /// score = (inner product × the row's inverse norm) × the query's inverse norm; the same bits by every kernel. Rows to
    /// come are fetched while one is scored.
    ///
    /// - Parameters:
    ///   - rows: Row numbers below ``count``, in any order.
    ///   - query: As long as the rows.
    ///   - kernel: The kind of CPU to use.
    /// - Returns: A cosine for each of `rows`, about -1 to 1.
    /// - Throws: ``VectorError`` when the query's length is wrong, or it is not finite, or zero.
    public func cosines(
        of rows: [Int], with query: Span<Float>, kernel: KernelChoice = .current
    ) throws(VectorError) -> [Float] {
        guard query.count == dimensions else { throw .wrongLength(expected: dimensions, found: query.count) }
        let queryNorm = try VectorKernels.inverseNorm(of: query, kernel: kernel)
        var scores = [Float](repeating: 0, count: rows.count)
        var squares = scores
        var scoreSpan = scores.mutableSpan
        var squareSpan = squares.mutableSpan
        add(0..<dimensions, of: rows.span, with: query, to: &scoreSpan, squares: &squareSpan, kernel: kernel)
        for index in scores.indices {
            scores[index] = scores[index] * (1 / squares[index].squareRoot()) * queryNorm
        }
        return scores
    }

    /// A row's values.
    public func values(ofRow row: Int) -> [Float] {
        switch precision {
        case .half:
            return HalfPrecision.values(of: elements(ofRow: row, as: UInt16.self).span)
        case .single:
            return elements(ofRow: row, as: Float.self)
        }
    }

    private func elements<Element: BitwiseCopyable>(ofRow row: Int, as: Element.Type) -> [Element] {
        precondition(row >= 0 && row < count, "Row \(row) of \(count).")
        let block = blocks[row / Self.blockRows]
        // SAFETY: the builder wrote `dimensions` elements of this type for each row below `count`.
        return unsafe block.memory.withPointer(
            at: block.offset(ofRow: row % Self.blockRows, dimensions: dimensions, precision: precision)
        ) { base in
            unsafe Array(
                UnsafeBufferPointer(start: base.assumingMemoryBound(to: Element.self), count: dimensions))
        }
    }
}

/// Up to ``VectorTable/blockRows`` rows, in memory that blocks before and after may share.
struct VectorBlock: Sendable {
    let memory: PageMemory
    /// The block's first row in the memory; a multiple of the block's length.
    let firstRow: Int

    /// Where a row of the block starts, in bytes.
    func offset(ofRow row: Int, dimensions: Int, precision: VectorPrecision) -> Int {
        (firstRow + row) * Self.stride(dimensions: dimensions, precision: precision)
    }

    /// Bytes from one row to the next: the values, padded to whole cache lines of 64 bytes.
    static func stride(dimensions: Int, precision: VectorPrecision) -> Int {
        (dimensions * precision.bytes + 63) / 64 * 64
    }
}
