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

    /// The adaptive rerank whose mean recall is at least this; `nil` when none has it.
    func target(reaching recall: Double) -> TargetPoint? {
        guard let first = adaptive.first else { return nil }
        guard first.recall < recall else { return first }
        for (from, to) in zip(adaptive, adaptive.dropFirst()) where to.recall >= recall {
            return from.towards(to, (recall - from.recall) / (to.recall - from.recall))
        }
        return nil
    }

    /// Where adaptive reranks for a target end; there is an adaptive point at least.
    func end(ofTarget target: Double) -> TargetPoint {
        for (from, to) in zip(adaptive, adaptive.dropFirst()) where to.target >= target {
            return from.towards(to, max(0, (target - from.target) / (to.target - from.target)))
        }
        let last = adaptive[adaptive.count - 1]
        return TargetPoint(target: target, depth: last.depth, highDepth: last.highDepth, recall: last.recall)
    }

    /// The deepest rerank that was measured.
    var deepest: Int { fixed.last?.depth ?? 0 }
}

extension TargetPoint {
    /// A point on the line to another: here at a share of 0, there at 1.
    fileprivate func towards(_ other: Self, _ share: Double) -> Self {
        func between(_ from: Double, _ to: Double) -> Double { from + share * (to - from) }
        return Self(
            target: between(target, other.target), depth: between(depth, other.depth),
            highDepth: between(highDepth, other.highDepth), recall: between(recall, other.recall))
    }
}
