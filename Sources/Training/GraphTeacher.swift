package import VectorKernels

/// Says of a user which items they have not met the interaction graph would recommend: what the towers are taught where order
/// carries no meaning.
///
/// A graph filter in closed form: the links of a history's items, SᵀS, and beside them their smooth part in the leading
/// eigenvectors (Shen et al., "How powerful is graph convolution for recommendation?", CIKM 2021, arXiv:2108.07567,
/// equation 8), both then sharpened: components with eigenvalue λ are damped by exp(-1.5 λ), as one Runge–Kutta step takes it
/// (Choi et al., "Blurring-sharpening process models for collaborative filtering", SIGIR 2023, arXiv:2211.09324, section 3).
/// Of full rank, it tells tastes apart that no factorisation of a served length can; towers trained to rank as it does come
/// nearer to it than towers trained on the interactions alone.
package struct GraphTeacher: Sendable {
    /// Weight of the smooth part.
    private static let smoothWeight: Float = 0.3
    /// How long components are sharpened.
    private static let sharpening: Float = 1.5
    /// Eigenvectors of the smooth part.
    static let rank = 256
    /// Scores no larger may be nothing but rounding.
    private static let rounding: Float = 1e-6
    /// Users that a worker scores at once, where their scores are no more than ``mostScores``.
    static let tile = 256
    /// Scores that a worker holds: 64 MiB.
    static let mostScores = 1 << 24

    private let itemCount: Int
    private let workers: MatrixWorkers
    private let neighbours: ItemNeighbours
    private let spectrum: GraphSpectrum
    /// Row-major: items × rank; the eigenvectors, each item's row times the root of its degree.
    private let weighted: [Float]
    /// Row-major: rank × rank; products of eigenvectors under the roots of the degrees.
    private let mixing: [Float]
    private let roots: [Float]

    /// Prepares the filter.
    ///
    /// - Parameters:
    ///   - graph: Over `itemCount` items.
    ///   - itemCount: 1 or more.
    ///   - generator: Draws the beginning of the search for eigenvectors.
    ///   - workers: Share the rows.
    package init(
        _ graph: InteractionGraph, itemCount: Int, generator: inout SeededGenerator, workers: MatrixWorkers
    ) {
        self.itemCount = itemCount
        self.workers = workers
        neighbours = ItemNeighbours(of: graph, items: itemCount, workers: workers)
        let spectrum = GraphSpectrum(
            of: graph, items: itemCount, rank: Self.rank, generator: &generator, workers: workers)
        let roots = (0..<itemCount).map { Float(max(graph.degree(of: $0), 1)).squareRoot() }
        let rank = spectrum.rank
        var weighted = spectrum.vectors
        for (item, root) in roots.enumerated() {
            for index in item * rank..<(item + 1) * rank { weighted[index] *= root }
        }
        var mixing = [Float](repeating: 0, count: rank * rank)
        if rank > 0 {
            let tall = MatrixBlock(rows: itemCount, columns: rank)
            var result = mixing.mutableSpan
            MatrixProduct.multiply(
                weighted.span, tall, transposesLeft: true, by: spectrum.vectors.span, tall, into: &result,
                MatrixBlock(rows: rank, columns: rank))
        }
        self.spectrum = spectrum
        self.weighted = weighted
        self.mixing = mixing
        self.roots = roots
    }

    /// The best unseen items of users.
    ///
    /// Time: users × items × rank multiplications, twice.
    ///
    /// - Parameters:
    ///   - depth: Items a user at most.
    ///   - histories: For each user rows of the item table that speak for the user's taste.
    ///   - seen: For each user rows that no list may name; `nil` where those are the histories.
    /// - Returns: For each user items with positive scores, best first.
    package func lists(
        _ depth: Int, for histories: [[Int32]], leavingOut seen: [[Int32]]? = nil
    ) -> [[ScoredRow]] {
        let seen = seen ?? histories
        let parts = (0..<workers.count).map { _ in WorkerSlot<[[ScoredRow]]>([]) }
        workers.run { worker in
            var lists: [[ScoredRow]] = []
            var scores: [Float] = []
            let share = workers.range(of: worker, rows: histories.count)
            let size = max(1, min(Self.tile, Self.mostScores / itemCount))
            for first in stride(from: share.lowerBound, to: share.upperBound, by: size) {
                let tile = first..<min(first + size, share.upperBound)
                score(histories[tile], into: &scores)
                for (row, seen) in seen[tile].enumerated() {
                    lists.append(best(depth, scores: &scores, row: row, leavingOut: seen))
                }
            }
            parts[worker].withLock { $0 = lists }
        }
        return parts.flatMap { $0.withLock { $0 } }
    }

    /// Scores all items for some users: row-major, users × items.
    private func score(_ histories: ArraySlice<[Int32]>, into scores: inout [Float]) {
        let (rank, count) = (spectrum.rank, histories.count)
        if scores.count != count * itemCount { scores = [Float](repeating: 0, count: count * itemCount) }
        let damping = spectrum.values.map { Self.damping(Self.sharpening * $0) }
        var plain = [Float](repeating: 0, count: count * rank)
        var smooth = plain
        for (row, history) in histories.enumerated() {
            var plainSums = plain.mutableSpan
            var smoothSums = smooth.mutableSpan
            var plainSum = plainSums._mutatingExtracting(row * rank..<(row + 1) * rank)
            var smoothSum = smoothSums._mutatingExtracting(row * rank..<(row + 1) * rank)
            for item in history {
                let vector = spectrum.vectors.span.extracting(Int(item) * rank..<(Int(item) + 1) * rank)
                FloatRows.add(vector, times: 1, to: &plainSum)
                FloatRows.add(vector, times: Self.smoothWeight / roots[Int(item)], to: &smoothSum)
            }
        }
        // What sharpening takes from the links' and from the smooth part's components.
        var coefficients = [Float](repeating: 0, count: count * rank)
        let block = MatrixBlock(rows: count, columns: rank)
        let result = MatrixBlock(rows: count, columns: itemCount)
        let vectors = MatrixBlock(rows: itemCount, columns: rank)
        var products = coefficients.mutableSpan
        MatrixProduct.multiply(
            smooth.span, block, by: mixing.span, MatrixBlock(rows: rank, columns: rank), into: &products, block)
        for row in 0..<count {
            for (index, value) in spectrum.values.enumerated() {
                let at = row * rank + index
                products[at] = (damping[index] - 1) * (products[at] + value * plain[at])
            }
        }
        var sums = scores.mutableSpan
        MatrixProduct.multiply(
            coefficients.span, block, by: spectrum.vectors.span, vectors, transposesRight: true, into: &sums, result)
        MatrixProduct.multiply(
            smooth.span, block, by: weighted.span, vectors, transposesRight: true, keep: 1, into: &sums, result)
        for (row, history) in histories.enumerated() {
            for item in history {
                for link in neighbours.links.edges(of: Int(item)) {
                    sums[row * itemCount + Int(neighbours.links.neighbours[link])] += neighbours.links.weights[link]
                }
            }
        }
    }

    /// exp(-x) as the classical Runge–Kutta method takes it in one step.
    private static func damping(_ x: Float) -> Float { 1 - x + x * x / 2 - x * x * x / 6 + x * x * x * x / 24 }

    private func best(_ depth: Int, scores: inout [Float], row: Int, leavingOut seen: [Int32]) -> [ScoredRow] {
        var all = scores.mutableSpan
        var row = all._mutatingExtracting(row * itemCount..<(row + 1) * itemCount)
        for item in seen { row[Int(item)] = 0 }
        var best = TopK(capacity: depth)
        for item in 0..<itemCount where row[item] > Self.rounding && row[item] >= best.threshold {
            best.consider(row: item, score: row[item])
        }
        return best.ranked()
    }
}
