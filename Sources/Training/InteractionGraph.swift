package import VectorKernels

/// Who met what, as a graph between users and items with normalised edges.
///
/// With the interactions R, users' degrees D_u and items' degrees D_i, its matrix is S = D_u^-½ · R · D_i^-½ (He et al.,
/// "LightGCN", SIGIR 2020, arXiv:2002.02126, equation 3). SᵀS links items by the users who met both; it is symmetric, with
/// eigenvalues from 0 to 1.
package struct InteractionGraph: Sendable {
    /// Users that a graph is made of at most; of more as many are drawn.
    static let maximumUsers = 200_000

    let users: Adjacency
    let items: Adjacency
    private let workers: MatrixWorkers

    /// One direction of the edges, in compressed rows.
    struct Adjacency: Sendable {
        var offsets: [Int] = [0]
        var neighbours: [Int32] = []
        var weights: [Float] = []

        var rows: Int { offsets.count - 1 }

        func edges(of row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

        /// Where each worker's rows begin: workers share edges, not rows, whose numbers differ.
        func boundaries(_ workers: MatrixWorkers) -> [Int] {
            (0...workers.count).map { worker in
                worker == workers.count
                    ? rows : offsets.firstIndex { $0 >= neighbours.count * worker / workers.count } ?? rows
            }
        }

        /// Sets each row of the result to the weighted sum of its neighbours' rows.
        func gather(_ table: [Float], dimensions: Int, workers: MatrixWorkers) -> [Float] {
            var result = [Float](repeating: 0, count: rows * dimensions)
            let boundaries = boundaries(workers)
            workers.write(&result, rowLength: dimensions, boundaries: boundaries) { worker, part in
                for row in boundaries[worker]..<boundaries[worker + 1] {
                    let first = (row - boundaries[worker]) * dimensions
                    var sum = part._mutatingExtracting(first..<first + dimensions)
                    for edge in edges(of: row) {
                        let from = Int(neighbours[edge]) * dimensions
                        FloatRows.add(
                            table.span.extracting(from..<from + dimensions), times: weights[edge], to: &sum)
                    }
                }
            }
            return result
        }
    }

    /// Makes the graph of users' histories.
    ///
    /// - Parameters:
    ///   - histories: For each user rows of the item table; none twice.
    ///   - itemCount: Rows of the item table.
    ///   - workers: Share the rows; the results do not depend on their number.
    package init(histories: [[Int32]], itemCount: Int, workers: MatrixWorkers) {
        var (users, items) = (Adjacency(), Adjacency())
        var counts = [Int](repeating: 0, count: itemCount)
        for history in histories {
            users.neighbours.append(contentsOf: history)
            users.offsets.append(users.neighbours.count)
            for item in history { counts[Int(item)] += 1 }
        }
        items.offsets = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        items.neighbours = [Int32](repeating: 0, count: users.neighbours.count)
        items.weights = [Float](repeating: 0, count: users.neighbours.count)
        var next = items.offsets
        for (user, history) in histories.enumerated() {
            for row in history {
                let item = Int(row)
                let weight = 1 / (Float(history.count) * Float(counts[item])).squareRoot()
                users.weights.append(weight)
                items.neighbours[next[item]] = Int32(user)
                items.weights[next[item]] = weight
                next[item] += 1
            }
        }
        self.users = users
        self.items = items
        self.workers = workers
    }

    /// Makes the graph of what users wanted; of more than ``maximumUsers`` users of as many, drawn.
    init(_ histories: UserHistories, itemCount: Int, generator: inout SeededGenerator, workers: MatrixWorkers) {
        var drawn = histories.users.filter { !histories.wantedItems(of: $0).isEmpty }
        if drawn.count > Self.maximumUsers {
            generator.drawToFront(Self.maximumUsers, of: &drawn)
            drawn.removeLast(drawn.count - Self.maximumUsers)
        }
        self.init(histories: drawn.map(histories.wantedItems), itemCount: itemCount, workers: workers)
    }

    /// Users who met an item.
    func degree(of item: Int) -> Int { items.edges(of: item).count }

    /// SᵀS times a table: each item's row becomes the weighted sum of its neighbours'.
    ///
    /// - Parameters:
    ///   - table: Row-major: items × dimensions.
    ///   - dimensions: Row length.
    /// - Returns: As `table`. Time and memory traffic: two rows read for each edge.
    package func propagated(_ table: [Float], dimensions: Int) -> [Float] {
        let users = users.gather(table, dimensions: dimensions, workers: workers)
        return items.gather(users, dimensions: dimensions, workers: workers)
    }
}
