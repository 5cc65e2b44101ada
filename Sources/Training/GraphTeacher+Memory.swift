import VectorKernels

extension GraphTeacher {
    /// Bytes that a teacher's graph, filter and scores take at most, beside its lists.
    ///
    /// - Parameters:
    ///   - data: What users did.
    ///   - threads: Workers; each scores users of its own.
    /// - Returns: An upper end, in time linear in the interactions.
    static func memory(_ data: TrainingData, threads: Int) -> Int {
        let (items, float) = (data.items.count, MemoryLayout<Float>.stride)
        let link = MemoryLayout<Int32>.stride + float
        var lengths = [Int](repeating: 0, count: data.users.count)
        for user in data.userIndices { lengths[Int(user)] += 1 }
        // An item's neighbours are among the items of the users who met it.
        var reach = [Int](repeating: 0, count: items)
        for (user, item) in zip(data.userIndices, data.itemIndices) { reach[Int(item)] += lengths[Int(user)] }
        let kept = ItemNeighbours.kept(items: items)
        let links = reach.reduce(0) { $0 + min($1, kept, items) }
        let users = min(data.users.count, InteractionGraph.maximumUsers)
        let edges = min(data.userIndices.count, users * (lengths.max() ?? 0))
        let graph = 2 * link * edges + MemoryLayout<Int>.stride * (users + items)
        let width = min(rank + GraphSpectrum.oversampling, items)
        // The basis, its product with the graph, by users and by items, and what is made of it.
        let spectrum = float * width * (3 * items + users)
        let scoring = float * (2 * items * min(rank, items) + threads * min(tile * items, mostScores))
        // Links are copied together from the workers' parts, in arrays that double as they grow.
        return graph + max(3 * link * links, link * links + max(spectrum, scoring))
    }
}
