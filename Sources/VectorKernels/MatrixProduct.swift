import COpenBLAS
import Synchronization

/// Products of blocks of row-major matrices, by OpenBLAS on the calling thread alone: callers split the work themselves, so
/// that results do not depend on how a library splits it.
public enum MatrixProduct {
    /// Sets `result` to `left · right` plus `keep` times what it was.
    ///
    /// - Parameters:
    ///   - left: Elements of the left matrix.
    ///   - leftBlock: Where it lies.
    ///   - transposesLeft: Whether its transpose is meant.
    ///   - right: Elements of the right matrix.
    ///   - rightBlock: Where it lies.
    ///   - transposesRight: Whether its transpose is meant.
    ///   - keep: What the old result is multiplied by; 0 ignores it.
    ///   - result: Elements of the product.
    ///   - block: Where the product lies.
    public static func multiply(
        _ left: Span<Float>, _ leftBlock: MatrixBlock, transposesLeft: Bool = false, by right: Span<Float>,
        _ rightBlock: MatrixBlock, transposesRight: Bool = false, keep: Float = 0,
        into result: inout MutableSpan<Float>,
        _ block: MatrixBlock
    ) {
        let (rows, depth) =
            transposesLeft ? (leftBlock.columns, leftBlock.rows) : (leftBlock.rows, leftBlock.columns)
        let (rightDepth, columns) =
            transposesRight ? (rightBlock.columns, rightBlock.rows) : (rightBlock.rows, rightBlock.columns)
        precondition(
            depth == rightDepth && rows == block.rows && columns == block.columns,
            "\(rows) × \(depth) times \(rightDepth) × \(columns) into \(block.rows) × \(block.columns).")
        precondition(
            leftBlock.end <= left.count && rightBlock.end <= right.count && block.end <= result.count,
            "Blocks end at \(leftBlock.end), \(rightBlock.end), \(block.end) of \(left.count), \(right.count), "
                + "\(result.count) elements.")
        guard rows > 0, columns > 0 else { return }
        guard depth > 0 else { return scale(&result, block, by: keep) }
        useOneThread()
        let start = ContinuousClock.now
        defer { spent.add(Int((ContinuousClock.now - start) / .nanoseconds(1)), ordering: .relaxed) }
        // SAFETY: the checks above keep every row of the three blocks inside its span, and exclusive access keeps the result apart.
        unsafe left.withUnsafeBufferPointer { left in
            unsafe right.withUnsafeBufferPointer { right in
                unsafe result.withUnsafeMutableBufferPointer { result in
                    guard let a = left.baseAddress, let b = right.baseAddress, let c = result.baseAddress else {
                        return
                    }
                    unsafe cblas_sgemm(
                        CblasRowMajor, transposesLeft ? CblasTrans : CblasNoTrans,
                        transposesRight ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns), Int32(depth), 1,
                        a + leftBlock.offset, Int32(leftBlock.stride), b + rightBlock.offset, Int32(rightBlock.stride),
                        keep, c + block.offset, Int32(block.stride))
                }
            }
        }
    }

    private static func scale(_ result: inout MutableSpan<Float>, _ block: MatrixBlock, by keep: Float) {
        for row in 0..<block.rows {
            for index in block.offset + row * block.stride..<block.offset + row * block.stride + block.columns {
                result[index] = keep == 0 ? 0 : keep * result[index]
            }
        }
    }

    /// Time in products since the process began, of all threads together; for saying what a computation's time went into.
    public static var timeSpent: Duration { .nanoseconds(spent.load(ordering: .relaxed)) }

    private static let spent = Atomic(0)

    /// Tells OpenBLAS, once, to work on the calling thread.
    static func useOneThread() { _ = oneThread }

    private static let oneThread: Void = openblas_set_num_threads(1)
}
