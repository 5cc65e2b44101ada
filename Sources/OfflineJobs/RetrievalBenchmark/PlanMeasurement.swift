public import Domain

/// What a plan found, and how long it took, over some queries.
public struct PlanMeasurement: Hashable, Sendable {
    public let plan: ServingPlan
    /// Share of each query's true neighbours that the plan found.
    let recallMean: SampleMean
    /// Queries answered in a second.
    public let queriesPerSecond: Double
    /// Milliseconds of each call, in order of length.
    private let sortedMilliseconds: [Double]

    /// Sums up calls.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - recalls: Of each query, 0 to 1; not empty.
    ///   - milliseconds: Of each call; not empty.
    ///   - queriesPerSecond: Queries answered in a second.
    package init(plan: ServingPlan, recalls: [Double], milliseconds: [Double], queriesPerSecond: Double) {
        precondition(!recalls.isEmpty && !milliseconds.isEmpty, "Nothing was measured.")
        self.plan = plan
        recallMean = SampleMean(recalls)
        sortedMilliseconds = milliseconds.sorted()
        self.queriesPerSecond = queriesPerSecond
    }

    /// Mean share of each query's true neighbours that the plan found.
    public var recall: Double { recallMean.value }

    /// Standard error of ``recall``: how far another sample of queries may lie off.
    public var recallError: Double { recallMean.error }

    /// Median milliseconds of a call.
    public var p50: Double { quantile(0.5) }

    /// Milliseconds that 19 of 20 calls stay below.
    public var p95: Double { quantile(0.95) }

    private func quantile(_ share: Double) -> Double {
        sortedMilliseconds[min(sortedMilliseconds.count - 1, Int(share * Double(sortedMilliseconds.count)))]
    }
}
