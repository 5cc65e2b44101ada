import VectorKernels

/// k-means of unit vectors by the cosine.
///
/// Starts from k-means|| (Bahmani et al., "Scalable K-Means++", VLDB 2012, arXiv:1203.6402): rounds of 16 centres, drawn with
/// probability proportional to the squared distance to the nearest centre so far, which is k-means++ with 16 draws a
/// round. The same rows and seed give the same centres.
struct SphericalKMeans {
    let rows: CodeRows
    let iterations: Int

    /// Centres drawn in a round.
    private static let roundLength = 16

    /// Some rows in clusters.
    struct Clusters {
        /// The clusters' centres, one after another, of any norm.
        var centres: [Float]
        /// The cluster of each member.
        var nearest: [Int32]
    }

    /// Clusters some of the rows.
    ///
    /// - Parameters:
    ///   - members: Numbers of the rows.
    ///   - k: Clusters wanted; there are fewer when there are fewer members.
    ///   - generator: Draws the first centres.
    /// - Returns: The clusters, some of which may have no member. O(members × k × dimensions) a round.
    func clusters(of members: [Int32], k: Int, using generator: inout ListDraws) -> Clusters {
        guard members.count > k else {
            return Clusters(centres: members.flatMap { unit(Int($0)) }, nearest: members.indices.map { Int32($0) })
        }
        let layout = PlaneLayout(steps: [0..<rows.dimensions])
        var batch = PlaneQueryBatch(layout: layout, rung: 0, capacity: members.count)
        for member in members { batch.append(rows, row: Int(member)) }
        let norms = members.map { rows.inverseNorm(of: Int($0)) }
        var nearest = [Int32](repeating: 0, count: members.count)
        var scores = [Float](repeating: 0, count: members.count)
        var centres = draw(k, of: members, norms: norms, batch: batch, using: &generator)
        for _ in 0..<iterations {
            let table = PlaneTable(rows: centres, layout: layout)
            var nearestSpan = nearest.mutableSpan
            var scoresSpan = scores.mutableSpan
            table.nearest(to: batch, among: 0..<table.count, rows: &nearestSpan, scores: &scoresSpan)
            var sums = [Float](repeating: 0, count: centres.count)
            var sizes = [Int](repeating: 0, count: table.count)
            for (member, centre) in zip(members, nearest) {
                rows.add(Int(member), to: &sums, at: Int(centre) * rows.dimensions)
                sizes[Int(centre)] += 1
            }
            for centre in sizes.indices where sizes[centre] > 0 {
                let range = centre * rows.dimensions..<(centre + 1) * rows.dimensions
                centres.replaceSubrange(range, with: sums[range])
            }
        }
        return Clusters(centres: centres, nearest: nearest)
    }

    private func draw(
        _ k: Int, of members: [Int32], norms: [Float], batch: borrowing PlaneQueryBatch,
        using generator: inout ListDraws
    ) -> [Float] {
        let layout = batch.layout
        var chosen = [generator.index(below: members.count)]
        var centres = unit(Int(members[chosen[0]]))
        var nearest = [Int32](repeating: 0, count: members.count)
        var scores = [Float](repeating: -.infinity, count: members.count)
        var newest = centres
        while chosen.count < k {
            let table = PlaneTable(rows: newest, layout: layout)
            var nearestSpan = nearest.mutableSpan
            var scoresSpan = scores.mutableSpan
            table.nearest(
                to: batch, among: 0..<table.count, rows: &nearestSpan, scores: &scoresSpan, improving: true)
            // The squared distance of unit vectors is twice one minus their cosine.
            var total: Float = 0
            let sums = zip(scores, norms).map { score, norm in
                total += max(0, 1 - score * norm)
                return total
            }
            newest = []
            for _ in 0..<min(Self.roundLength, k - chosen.count) {
                let member = total > 0 ? sums.firstIndex(above: generator.number(below: total)) : chosen.count
                chosen.append(member)
                newest += unit(Int(members[member]))
            }
            centres += newest
        }
        return centres
    }

    private func unit(_ row: Int) -> [Float] {
        var values = [Float](repeating: 0, count: rows.dimensions)
        rows.unpack(row, into: &values)
        return values
    }
}

extension [Float] {
    /// The first index whose element is above `value`, in an ascending array; the last when none is.
    fileprivate func firstIndex(above value: Float) -> Int {
        var (low, high) = (0, count - 1)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
