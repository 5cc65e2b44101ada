package import Domain

/// The plans that a tuner chooses from.
package struct PlanGrid: Sendable {
    package let ladder: PrefixLadder
    /// Prefixes scanned, the longest first: all that the index keeps from the ladder's own depth on, and two at least.
    package let scans: [Int]
    /// Lists probed, ascending; the last, `nil`, scans every row.
    package let probes: [Int?]
    /// Candidates kept of the scan, ascending.
    package let shortlists: [Int]

    /// - Parameters:
    ///   - ladder: The index's.
    ///   - depth: The longest prefix that the index keeps.
    ///   - lists: Lists of the index.
    ///   - rows: Rows that may be found.
    ///   - k: Results wanted.
    package init(ladder: PrefixLadder, depth: Int, lists: Int, rows: Int, k: Int) {
        self.ladder = ladder
        let kept = ladder.rungs.filter { $0 <= depth }
        scans = kept.suffix(max(2, kept.count { $0 >= ladder.scanDepth })).reversed()
        probes = Self.steps(from: 4, to: lists - 1, ratio: 1.25) + [nil]
        shortlists = Self.steps(from: k, to: min(rows, 8000), ratio: 1.15)
    }

    /// The longest shortlist.
    package var longestShortlist: Int { shortlists.last ?? 0 }

    /// Prefixes that a shortlist may be narrowed by between a scan and the rerank.
    package func middles(after scan: Int) -> [Int] {
        ladder.rungs.filter { $0 > scan && $0 < ladder.fullLength }
    }

    /// A plan of this grid.
    package func plan(
        scan: Int, probes: Int?, shortlist: Int, middle: FunnelStep? = nil
    ) throws(PrefixLadderError) -> ServingPlan {
        try ServingPlan(
            probes: probes, scanDimensions: scan, shortlist: shortlist, middle: middle.map { [$0] } ?? [],
            ladder: ladder)
    }

    /// Whole numbers that grow by about `ratio`, from the first to the last, both in; none above the last.
    private static func steps(from first: Int, to last: Int, ratio: Double) -> [Int] {
        guard last > 0 else { return [] }
        var steps: [Int] = []
        var step = Double(first)
        while Int(step) < last {
            steps.append(Int(step))
            step = max(step * ratio, step + 1)
        }
        return steps + [last]
    }
}
