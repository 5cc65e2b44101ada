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
        var scores = innerProducts(of: rows, with: query, kernel: kernel)
        for (index, row) in rows.enumerated() {
            scores[index] = scores[index] * inverseNorm(ofRow: row) * queryNorm
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

    /// One over a row's Euclidean norm.
    func inverseNorm(ofRow row: Int) -> Float {
        precondition(row >= 0 && row < count, "Row \(row) of \(count).")
        let block = blocks[row / Self.blockRows]
        // SAFETY: the builder wrote a norm for each row below `count`.
        return unsafe block.memory.withPointer(at: block.offset(ofNorm: row % Self.blockRows, in: self)) { norm in
            unsafe norm.load(as: Float.self)
        }
    }

    private func elements<Element: BitwiseCopyable>(ofRow row: Int, as: Element.Type) -> [Element] {
        precondition(row >= 0 && row < count, "Row \(row) of \(count).")
        let block = blocks[row / Self.blockRows]
        // SAFETY: the builder wrote `dimensions` elements of this type for each row below `count`.
        return unsafe block.memory.withPointer(at: block.offset(ofRow: row % Self.blockRows, in: self)) { base in
            unsafe Array(
                UnsafeBufferPointer(start: base.assumingMemoryBound(to: Element.self), count: dimensions))
        }
    }

    private func innerProducts(
        of rows: [Int], with query: Span<Float>, kernel: KernelChoice
    ) -> [Float] {
        var scores = [Float](repeating: 0, count: rows.count)
        // SAFETY: the rows' memory belongs to `self`, which outlives the call; each row has `dimensions` elements of the
        // table's precision; the scores are as many as the rows.
        unsafe withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: rows.count) { pointers in
            for (index, row) in rows.enumerated() {
                precondition(row >= 0 && row < count, "Row \(row) of \(count).")
                let block = blocks[row / Self.blockRows]
                let start = block.offset(ofRow: row % Self.blockRows, in: self)
                unsafe block.memory.withPointer(at: start) { pointer in
                    unsafe pointers.initializeElement(at: index, to: UnsafeRawPointer(pointer))
                }
            }
            unsafe query.withUnsafeBufferPointer { query in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    guard let queryBase = query.baseAddress, let scoreBase = scores.baseAddress else { return }
                    unsafe linden_dot_rows(
                        kernel.rawValue, pointers.baseAddress, pointers.count, precision.bytes, queryBase, dimensions,
                        scoreBase)
                }
            }
        }
        withExtendedLifetime(blocks) {}
        return scores
    }
}

/// Up to ``VectorTable/blockRows`` rows, in memory that blocks before and after may share.
///
/// The memory holds the rows one after another, each followed by its inverse norm: both come with one fetch.
struct VectorBlock: Sendable {
    let memory: PageMemory
    /// The block's first row in the memory; a multiple of the block's length.
    let firstRow: Int

    /// Where a row of the block starts, in bytes.
    func offset(ofRow row: Int, dimensions: Int, precision: VectorPrecision) -> Int {
        (firstRow + row) * Self.stride(dimensions: dimensions, precision: precision)
    }

    /// Where the inverse norm of a row of the block lies, in bytes.
    func offset(ofNorm row: Int, dimensions: Int, precision: VectorPrecision) -> Int {
        offset(ofRow: row + 1, dimensions: dimensions, precision: precision) - MemoryLayout<Float>.stride
    }

    /// Bytes from one row to the next: the values, padded to a multiple of four bytes, and the inverse norm.
    static func stride(dimensions: Int, precision: VectorPrecision) -> Int {
        (dimensions * precision.bytes + 3) / 4 * 4 + MemoryLayout<Float>.stride
    }

    fileprivate func offset(ofRow row: Int, in table: VectorTable) -> Int {
        offset(ofRow: row, dimensions: table.dimensions, precision: table.precision)
    }

    fileprivate func offset(ofNorm row: Int, in table: VectorTable) -> Int {
        offset(ofNorm: row, dimensions: table.dimensions, precision: table.precision)
    }
}
