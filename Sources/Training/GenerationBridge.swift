public import Domain
import VectorKernels

/// Turns embeddings of one generation so that they can be compared with those of another, which has not embedded all items yet.
///
/// Orthogonal Procrustes (Schönemann, "A generalized solution of the orthogonal Procrustes problem", Psychometrika 31, 1966),
/// as in Vejendla, "Drift-Adapter", EMNLP 2025 (arXiv:2509.23471), but of items into the new space instead of queries into
/// the old one, and for each step of the ladder by itself: a prefix of what is turned depends on that prefix alone, and every
/// cosine between two turned embeddings, at every rung, is what it was. Where two models were trained from nothing with
/// other seeds, that recovers but a part of what the new vectors find: ``BridgedScores`` keeps more, where both user towers are
/// there.
public struct GenerationBridge: Sendable {
    public let ladder: PrefixLadder
    /// For each step of the ladder its orthogonal matrix, row-major; a row of the old is multiplied from the left.
    private let rotations: [[Float]]

    /// Share of the pairs' weight by which axes are held where they are: decides those that no pair says anything of.
    private static let hold: Float = 1e-6
    /// Pairs that a dimension of the widest step takes.
    private static let pairsForDimension = 2

    /// Pairs of embeddings that fitting a ladder takes.
    public static func fewestPairs(for ladder: PrefixLadder) -> Int {
        pairsForDimension * (ladder.steps.map(\.count).max() ?? 0)
    }

    /// Fits the bridge, in time linear in the pairs and quadratic in the steps.
    ///
    /// - Parameters:
    ///   - old: Embeddings of the generation that is left.
    ///   - new: The same items' embeddings of the other, row by row.
    ///   - ladder: Of both.
    /// - Throws: ``GenerationBridgeError``.
    public init(
        from old: EmbeddingTable, to new: EmbeddingTable, ladder: PrefixLadder
    ) throws(GenerationBridgeError) {
        precondition(
            old.dimensions == ladder.fullLength && new.dimensions == ladder.fullLength && old.count == new.count,
            "\(old.count) rows of \(old.dimensions), \(new.count) of \(new.dimensions), a ladder of \(ladder).")
        guard old.count >= Self.fewestPairs(for: ladder) else {
            throw .tooFewPairs(old.count, needed: Self.fewestPairs(for: ladder))
        }
        var rotations: [[Float]] = []
        for step in ladder.steps {
            let square = MatrixBlock(rows: step.count, columns: step.count)
            let part = MatrixBlock(
                rows: old.count, columns: step.count, offset: step.lowerBound, stride: old.dimensions)
            var products = [Float](repeating: 0, count: step.count * step.count)
            var sum = products.mutableSpan
            MatrixProduct.multiply(
                old.elements.span, part, transposesLeft: true, by: new.elements.span, part, into: &sum, square)
            guard let rotation = Self.orthogonalFactor(of: products, order: step.count) else {
                throw .nothingInCommon(rung: step.upperBound)
            }
            rotations.append(rotation)
        }
        self.ladder = ladder
        self.rotations = rotations
    }

    /// Turns embeddings of the old generation.
    ///
    /// - Parameter rows: Their prefixes keep their lengths: unit rows stay unit rows.
    /// - Returns: As many rows, to be compared with the new generation's.
    public func mapped(_ rows: EmbeddingTable) -> EmbeddingTable {
        precondition(rows.dimensions == ladder.fullLength, "Rows of \(rows.dimensions), a ladder of \(ladder).")
        var result = [Float](repeating: 0, count: rows.elements.count)
        for (step, rotation) in zip(ladder.steps, rotations) {
            let part = MatrixBlock(
                rows: rows.count, columns: step.count, offset: step.lowerBound, stride: rows.dimensions)
            var elements = result.mutableSpan
            MatrixProduct.multiply(
                rows.elements.span, part, by: rotation.span, MatrixBlock(rows: step.count, columns: step.count),
                into: &elements, part)
        }
        return EmbeddingTable(dimensions: rows.dimensions, elements: result)
    }

    /// The orthogonal matrix nearest to a matrix, by Newton and Schulz's iteration X ← 3/2 X - 1/2 X Xᵀ X.
    ///
    /// Björck and Bowie, "An iterative algorithm for computing the best estimate of an orthogonal matrix", SIAM Journal on
    /// Numerical Analysis 8, 1971; nothing but products, and it converges from any matrix whose singular values are above 0
    /// and below √3, as they are after a division by the Frobenius norm.
    ///
    /// - Returns: `nil` of a matrix that is zero or not finite.
    private static func orthogonalFactor(of matrix: [Float], order: Int) -> [Float]? {
        let norm = FloatRows.dot(matrix.span, matrix.span).squareRoot()
        guard norm > 0, norm.isFinite else { return nil }
        let square = MatrixBlock(rows: order, columns: order)
        var x = matrix.map { $0 / norm }
        for index in 0..<order { x[index * order + index] += hold }
        var (gram, cube) = ([Float](repeating: 0, count: x.count), [Float](repeating: 0, count: x.count))
        // The smallest singular value grows by half each time, from 1e-6 at least to 1 in fewer than 40.
        for _ in 0..<60 {
            var products = gram.mutableSpan
            MatrixProduct.multiply(x.span, square, transposesLeft: true, by: x.span, square, into: &products, square)
            let error = (0..<gram.count).reduce(Float(0)) { worst, index in
                max(worst, abs(gram[index] - (index % (order + 1) == 0 ? 1 : 0)))
            }
            if error < 1e-6 { break }
            var cubes = cube.mutableSpan
            MatrixProduct.multiply(x.span, square, by: gram.span, square, into: &cubes, square)
            for index in x.indices { x[index] = 1.5 * x[index] - 0.5 * cube[index] }
        }
        return x
    }
}

/// Why two generations could not be bridged.
public enum GenerationBridgeError: Error, Equatable, CustomStringConvertible {
    case tooFewPairs(Int, needed: Int)
    /// The new dimensions of a rung are zero in one of the generations, or no numbers.
    case nothingInCommon(rung: Int)

    public var description: String {
        switch self {
        case .tooFewPairs(let pairs, let needed):
            "\(pairs) items have a vector in both generations, and a bridge between them takes \(needed). Let "
                + "`linden models backfill` go on, and ask again."
        case .nothingInCommon(let rung):
            "The dimensions that the rung of \(rung) adds are zero or not finite in one of the generations. "
                + "`linden models verify` says in which."
        }
    }
}
