/// How often each plan was given, and how many were turned away: for a line of log, and for metrics.
public struct DecisionCounts: Hashable, Sendable {
    /// Requests by plan, at the positions that the planner gives its plans.
    public private(set) var served: [Int]
    /// Requests turned away, by ``Criticality``'s raw value.
    private var turnedAway = [0, 0, 0]

    /// Counts from 0.
    ///
    /// - Parameter plans: How many there are.
    public init(plans: Int) {
        precondition(plans > 0, "There are \(plans) plans to count.")
        served = [Int](repeating: 0, count: plans)
    }

    /// Requests of a criticality that were turned away.
    public func shed(_ criticality: Criticality) -> Int { turnedAway[criticality.rawValue] }

    /// All requests counted.
    public var total: Int { served.reduce(0, +) + turnedAway.reduce(0, +) }

    /// Counts a request that got a plan.
    public mutating func countServed(plan: Int) { served[plan] += 1 }

    /// Counts a request that was turned away.
    public mutating func countShed(_ criticality: Criticality) { turnedAway[criticality.rawValue] += 1 }

    /// What was counted since this was last called; counts from 0 again.
    public mutating func drain() -> DecisionCounts {
        let counted = self
        self = DecisionCounts(plans: served.count)
        return counted
    }

    /// The counts as a line of log has them: `s32=812 s64-k200-r256=104 shed.sheddable=9`.
    ///
    /// - Parameter names: A name for each plan.
    /// - Returns: The line, without what was counted 0 times.
    public func line(names: [String]) -> String {
        precondition(names.count == served.count, "\(names.count) names for \(served.count) plans.")
        let plans = zip(names, served).map { ($0, $1) }
        let shed = Criticality.allCases.map { ("shed.\($0.name)", self.shed($0)) }
        return (plans + shed).filter { $0.1 > 0 }.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
    }
}
