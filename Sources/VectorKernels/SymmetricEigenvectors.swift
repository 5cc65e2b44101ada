import COpenBLAS

/// The eigenvectors of a real symmetric matrix: directions that it only stretches, at right angles to each other.
///
/// By LAPACK's `dsyevd`: tridiagonal form, then divide and conquer (Anderson et al., "LAPACK Users' Guide", SIAM 1999,
/// section 2.3.4.1). Double precision, on the calling thread.
public struct SymmetricEigenvectors: Sendable {
    /// What the matrix stretches each eigenvector by, largest first.
    public let values: [Double]
    /// Row-major, in the order of ``values``: an eigenvector of unit length a row, its sign as LAPACK leaves it.
    public let vectors: [Double]

    /// Decomposes a matrix, in time cubic in `order`.
    ///
    /// - Parameters:
    ///   - matrix: Row-major: `order × order` finite elements; the transpose of each is taken to equal it.
    ///   - order: Rows of the matrix, 1 or more.
    public init(of matrix: [Double], order: Int) {
        precondition(
            order > 0 && matrix.count == order * order && matrix.allSatisfy(\.isFinite),
            "\(matrix.count) elements are no finite matrix of order \(order).")
        MatrixProduct.useOneThread()
        let lengths = (numbers: 1 + 6 * order + 2 * order * order, integers: 3 + 5 * order)
        var columns = matrix
        var ascending = [Double](repeating: 0, count: order)
        var numbers = [Double](repeating: 0, count: lengths.numbers)
        var integers = [Int32](repeating: 0, count: lengths.integers)
        var info: Int32 = 0
        // SAFETY: each array is as long as LAPACK asks for this order, and lives until the call returns.
        unsafe dsyevd_(
            "V", "U", [Int32(order)], &columns, [Int32(order)], &ascending, &numbers, [Int32(lengths.numbers)],
            &integers, [Int32(lengths.integers)], &info, 1, 1)
        precondition(info == 0, "The eigenvectors of a matrix of order \(order) were not found: LAPACK says \(info).")
        values = ascending.reversed()
        // A column of LAPACK's is a row of ours.
        vectors = (0..<order).reversed().flatMap { columns[$0 * order..<($0 + 1) * order] }
    }
}
