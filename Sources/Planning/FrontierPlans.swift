public import Domain

/// A frontier made ready for choosing plans: its curves by share of rows allowed and items wanted.
public struct FrontierPlans: Sendable {
    public let frontier: Frontier
    private let groups: [Group]

    private struct Group: Sendable {
        let allowedShare: Double
        let count: Int
        let curves: [RecallCurve]
    }

    public init(_ frontier: Frontier) {
        self.frontier = frontier
        var groups: [Group] = []
        for curve in frontier.curves
        where !groups.contains(where: { $0.allowedShare == curve.allowedShare && $0.count == curve.count }) {
            groups.append(
                Group(
                    allowedShare: curve.allowedShare, count: curve.count,
                    curves: frontier.curves.filter {
                        $0.allowedShare == curve.allowedShare && $0.count == curve.count
                    }))
        }
        self.groups = groups
    }

    /// Whether the catalogue has grown or shrunk by more than a share of what was measured.
    public func isStale(rows: Int, growth: Double = 0.2) -> Bool {
        abs(Double(rows - frontier.rows)) > Double(frontier.rows) * growth
    }

    /// The curves that were measured for requests most like this one.
    ///
    /// - Parameters:
    ///   - count: Items wanted.
    ///   - allowedShare: Share of the rows that the filter allows, 0 to 1.
    /// - Returns: One a way to scan; none where nothing was measured.
    func curves(count: Int, allowedShare: Double) -> [RecallCurve] {
        var best: (distance: Double, place: Int)?
        for (place, group) in groups.enumerated() {
            // A decade of rows says more than all of the counts.
            let distance =
                10 * Self.ratio(group.allowedShare, max(allowedShare, 1e-6))
                + Self.ratio(Double(group.count), Double(max(count, 1)))
            if best.map({ distance < $0.distance }) ?? true { best = (distance, place) }
        }
        return best.map { groups[$0.place].curves } ?? []
    }

    /// How many times as large the larger of two numbers is, less 1, up to a ceiling.
    private static func ratio(_ one: Double, _ other: Double) -> Double {
        min(max(one, other) / min(one, other), 1e6) - 1
    }
}

extension RecallCurve {
    /// Expected recall when so many candidates are reranked; the depth counts for as many items as the curve was measured with.
    ///
    /// - Complexity: O(log points); linear between them.
    func recall(depth: Double) -> Double {
        guard let first = fixed.first, let last = fixed.last else { return 0 }
        guard depth < Double(last.depth) else { return last.recall }
        var (low, high) = (0, fixed.count - 1)
        guard high > 0 else { return first.recall }
        while high - low > 1 {
            let middle = (low + high) / 2
            if Double(fixed[middle].depth) <= depth { low = middle } else { high = middle }
        }
        let (from, to) = (fixed[low], fixed[high])
        let share = (depth - Double(from.depth)) / Double(to.depth - from.depth)
        return from.recall + min(max(share, 0), 1) * (to.recall - from.recall)
    }

    /// The least depth with a recall; `nil` when none has it.
    func depth(reaching recall: Double) -> Double? {
        guard let first = fixed.first else { return nil }
        guard first.recall < recall else { return 0 }
        for (from, to) in zip(fixed, fixed.dropFirst()) where to.recall >= recall {
            let share = (recall - from.recall) / (to.recall - from.recall)
            return Double(from.depth) + share * Double(to.depth - from.depth)
        }
        return nil
    }

    /// The target of adaptive reranks whose mean recall is at least this, and their mean depth; `nil` when none has it.
    func target(reaching recall: Double) -> (target: Double, depth: Double)? {
        guard let first = adaptive.first else { return nil }
        guard first.recall < recall else { return (first.target, first.depth) }
        for (from, to) in zip(adaptive, adaptive.dropFirst()) where to.recall >= recall {
            let share = (recall - from.recall) / (to.recall - from.recall)
            return (from.target + share * (to.target - from.target), from.depth + share * (to.depth - from.depth))
        }
        return nil
    }

    /// Mean depth of adaptive reranks for a target.
    func depth(ofTarget target: Double) -> Double {
        guard let first = adaptive.first, let last = adaptive.last else { return .infinity }
        if target <= first.target { return first.depth }
        for (from, to) in zip(adaptive, adaptive.dropFirst()) where to.target >= target {
            let share = (target - from.target) / (to.target - from.target)
            return from.depth + share * (to.depth - from.depth)
        }
        return last.depth
    }

    /// The deepest rerank that was measured.
    var deepest: Int { fixed.last?.depth ?? 0 }
}
