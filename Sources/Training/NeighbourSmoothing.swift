package import VectorKernels

/// Smooths items' vectors over who met what: each takes on a part of the vectors of items that the same users met.
///
/// With the interactions R, users' degrees D_u and items' degrees D_i, the smoothed table is E + strength · SᵀS·E, where
/// S = D_u^-½ · R · D_i^-½: two steps of the propagation of LightGCN (He et al., SIGIR 2020, arXiv:2002.02126, equation 3), from
/// items to their users and back. It lets an item that few users met learn from its neighbours, and one step of training reach
/// all items. SᵀS is symmetric, so the same function carries gradients back. Only training smooths: the trained model holds the
/// smoothed rows.
package struct NeighbourSmoothing: Sendable {
    /// Edges that are kept at most; with more interactions each epoch draws as many anew.
    static let maximumEdges = 2_000_000

    private let strength: Float
    private let workers: MatrixWorkers
    private var byUser = Adjacency()
    private var byItem = Adjacency()

    /// One direction of the normalised interactions, in compressed rows.
    private struct Adjacency: Sendable {
        var offsets: [Int] = [0]
        var neighbours: [Int32] = []
        var weights: [Float] = []

        /// Sets each row of the result to the weighted sum of its neighbours' rows.
        func gather(_ table: [Float], dimensions: Int, workers: MatrixWorkers) -> [Float] {
            let rows = offsets.count - 1
            var result = [Float](repeating: 0, count: rows * dimensions)
            // Workers share edges, not rows, whose numbers differ.
            let edges = neighbours.count
            let boundaries = (0...workers.count).map { worker in
                worker == workers.count ? rows : offsets.firstIndex { $0 >= edges * worker / workers.count } ?? rows
            }
            workers.write(&result, rowLength: dimensions, boundaries: boundaries) { worker, part in
                for row in boundaries[worker]..<boundaries[worker + 1] {
                    let first = (row - boundaries[worker]) * dimensions
                    var sum = part._mutatingExtracting(first..<first + dimensions)
                    for edge in offsets[row]..<offsets[row + 1] {
                        let from = Int(neighbours[edge]) * dimensions
                        FloatRows.add(
                            table.span.extracting(from..<from + dimensions), times: weights[edge], to: &sum)
                    }
                }
            }
            return result
        }
    }

    /// Prepares smoothing over users' histories.
    ///
    /// - Parameters:
    ///   - histories: For each user rows of the item table; none twice.
    ///   - items: Rows of the item table.
    ///   - strength: Weight of the neighbours' part, 0 or more.
    ///   - workers: Share the rows; the results do not depend on their number.
    package init(histories: [[Int32]], items: Int, strength: Float, workers: MatrixWorkers) {
        self.strength = strength
        self.workers = workers
        var counts = [Int](repeating: 0, count: items)
        for history in histories {
            byUser.neighbours.append(contentsOf: history)
            byUser.offsets.append(byUser.neighbours.count)
            for item in history { counts[Int(item)] += 1 }
        }
        byItem.offsets = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        byItem.neighbours = [Int32](repeating: 0, count: byUser.neighbours.count)
        byItem.weights = [Float](repeating: 0, count: byUser.neighbours.count)
        var next = byItem.offsets
        for (user, history) in histories.enumerated() {
            for row in history {
                let item = Int(row)
                let weight = 1 / (Float(history.count) * Float(counts[item])).squareRoot()
                byUser.weights.append(weight)
                byItem.neighbours[next[item]] = Int32(user)
                byItem.weights[next[item]] = weight
                next[item] += 1
            }
        }
    }

    /// Prepares smoothing over what training reads; with more than ``maximumEdges`` interactions over as many of them, drawn.
    init(
        _ histories: UserHistories, items: Int, strength: Float, generator: inout SeededGenerator,
        workers: MatrixWorkers
    ) {
        let share = Float(Self.maximumEdges) / Float(max(histories.count, 1))
        let kept = histories.users.map { user in
            histories.items(of: user).filter { _ in share >= 1 || generator.unit() < share }
        }
        self.init(histories: kept, items: items, strength: strength, workers: workers)
    }

    /// Whether a part of the edges is drawn, so that each epoch should prepare anew.
    static func isDrawn(_ histories: UserHistories) -> Bool { histories.count > maximumEdges }

    /// Smooths a table, or carries the gradient of a smoothed one back.
    ///
    /// - Parameters:
    ///   - table: Row-major: items × dimensions.
    ///   - dimensions: Row length.
    /// - Returns: As `table`. Time and memory traffic: two rows read for each edge.
    package func smoothed(_ table: [Float], dimensions: Int) -> [Float] {
        var result = propagated(table, dimensions: dimensions)
        let (rows, strength) = (table.count / dimensions, strength)
        let boundaries = workers.shares(of: rows)
        workers.write(&result, rowLength: dimensions, boundaries: boundaries) { worker, part in
            let first = boundaries[worker] * dimensions
            FloatRows.scale(&part, by: strength)
            FloatRows.add(table.span.extracting(first..<first + part.count), times: 1, to: &part)
        }
        return result
    }

    /// The neighbours' part alone: SᵀS times a table.
    package func propagated(_ table: [Float], dimensions: Int) -> [Float] {
        let users = byUser.gather(table, dimensions: dimensions, workers: workers)
        return byItem.gather(users, dimensions: dimensions, workers: workers)
    }
}
