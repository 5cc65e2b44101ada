package import VectorKernels

/// The heaviest links of each item in the items' graph SᵀS, itself included.
package struct ItemNeighbours: Sendable {
    /// Neighbours an item has at most.
    private static let most = 512
    /// Neighbours of all items at most.
    private static let mostTogether = 40_000_000
    /// Users whose histories say an item's neighbours at most: the first ones.
    private static let mostUsers = 4_000

    /// Neighbours that an item may have where there are so many items.
    static func kept(items: Int) -> Int { max(1, min(most, mostTogether / max(items, 1))) }

    private(set) var links = InteractionGraph.Adjacency()

    /// Adds up each item's links over the users who met it.
    ///
    /// Time: at most 4,000 histories for each item.
    ///
    /// - Parameters:
    ///   - graph: Over `items` items.
    ///   - items: 1 or more.
    ///   - workers: Share the items; the results do not depend on their number.
    package init(of graph: InteractionGraph, items: Int, workers: MatrixWorkers) {
        let kept = Self.kept(items: items)
        let parts = (0..<workers.count).map { _ in WorkerSlot(InteractionGraph.Adjacency()) }
        let boundaries = graph.items.boundaries(workers)
        workers.run { worker in
            var part = InteractionGraph.Adjacency()
            var sums = [Float](repeating: 0, count: items)
            var touched: [Int32] = []
            for item in boundaries[worker]..<boundaries[worker + 1] {
                let edges = graph.items.edges(of: item)
                let share = min(1, Float(Self.mostUsers) / Float(max(edges.count, 1)))
                for edge in edges.prefix(Self.mostUsers) {
                    let weight = graph.items.weights[edge] / share
                    for link in graph.users.edges(of: Int(graph.items.neighbours[edge])) {
                        let other = Int(graph.users.neighbours[link])
                        if sums[other] == 0 { touched.append(Int32(other)) }
                        sums[other] += weight * graph.users.weights[link]
                    }
                }
                var best = TopK(capacity: kept)
                for other in touched {
                    best.consider(row: Int(other), score: sums[Int(other)])
                    sums[Int(other)] = 0
                }
                touched.removeAll(keepingCapacity: true)
                for link in best.unranked() {
                    part.neighbours.append(Int32(link.row))
                    part.weights.append(link.score)
                }
                part.offsets.append(part.neighbours.count)
            }
            parts[worker].withLock { $0 = part }
        }
        for part in parts {
            let part = part.withLock { $0 }
            let first = links.neighbours.count
            links.neighbours.append(contentsOf: part.neighbours)
            links.weights.append(contentsOf: part.weights)
            links.offsets.append(contentsOf: part.offsets.dropFirst().map { $0 + first })
        }
    }
}
