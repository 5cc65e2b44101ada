/// The directions in which vectors are longest, by which they are cut shorter with the least loss: PCA without centring.
///
/// The axes are the eigenvectors of the second moment about the origin, not about the mean: taking the mean away would change
/// every cosine, and so the score. Rotated to the axes, vectors keep their lengths and angles at full length, and the first
/// `d` elements keep more of the squared length, summed over all vectors that the axes were made of, than `d` elements after
/// any other rotation (Eckart and Young, "The approximation of one matrix by another of lower rank", Psychometrika 1, 1936).
public struct PrincipalAxes: Sendable {
    /// Length of the vectors.
    public let dimensions: Int
    /// Mean squared element along each axis, largest first.
    public let moments: [Double]
    /// Row-major: an axis a row.
    private let axes: [Float]

    /// Rows whose products are summed in single precision before they are added up in double.
    private static let block = 512

    /// Finds the axes, in time linear in the rows and cubic in `dimensions`.
    ///
    /// - Parameters:
    ///   - rows: Row-major: vectors of finite elements; one at least.
    ///   - dimensions: Length of each.
    public init(of rows: Span<Float>, dimensions: Int) {
        precondition(
            dimensions > 0 && rows.count > 0 && rows.count % dimensions == 0,
            "\(rows.count) elements make no rows of \(dimensions).")
        let count = rows.count / dimensions
        let square = MatrixBlock(rows: dimensions, columns: dimensions)
        var sums = [Double](repeating: 0, count: dimensions * dimensions)
        var products = [Float](repeating: 0, count: sums.count)
        for first in stride(from: 0, to: count, by: Self.block) {
            let part = MatrixBlock(
                rows: min(Self.block, count - first), columns: dimensions, offset: first * dimensions)
            var elements = products.mutableSpan
            MatrixProduct.multiply(rows, part, transposesLeft: true, by: rows, part, into: &elements, square)
            for index in sums.indices { sums[index] += Double(products[index]) }
        }
        let eigenvectors = SymmetricEigenvectors(of: sums.map { $0 / Double(count) }, order: dimensions)
        self.dimensions = dimensions
        moments = eigenvectors.values
        axes = eigenvectors.vectors.map(Float.init)
    }

    /// Turns vectors so that their elements lie along the axes.
    ///
    /// - Parameter rows: Row-major: vectors of ``dimensions`` elements.
    /// - Returns: As many rows.
    public func rotated(_ rows: Span<Float>) -> [Float] {
        precondition(rows.count % dimensions == 0, "\(rows.count) elements make no rows of \(dimensions).")
        let block = MatrixBlock(rows: rows.count / dimensions, columns: dimensions)
        var result = [Float](repeating: 0, count: rows.count)
        var elements = result.mutableSpan
        MatrixProduct.multiply(
            rows, block, by: axes.span, MatrixBlock(rows: dimensions, columns: dimensions), transposesRight: true,
            into: &elements, block)
        return result
    }
}
