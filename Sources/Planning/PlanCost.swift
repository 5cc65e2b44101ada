public import Domain

/// What a plan depends on besides its budget: all of it counted before the request spends anything.
public struct RequestShape: Hashable, Sendable {
    /// Rows of the index, live or not.
    public let rows: Int
    /// Rows that the filter and the exclusions are tested on.
    public let filteredRows: Int
    /// Round trips to the store for the user's state.
    public let userFetches: Int
    /// History items that the user tower reads at most.
    public let historyItems: Int
    /// Where full vectors lie.
    public let vectors: VectorPlace
    /// Full vectors that the query itself is made of.
    public let queryVectors: Int

    public init(
        rows: Int, filteredRows: Int, userFetches: Int, historyItems: Int, vectors: VectorPlace = .memory,
        queryVectors: Int = 0
    ) {
        self.rows = rows
        self.filteredRows = filteredRows
        self.userFetches = userFetches
        self.historyItems = historyItems
        self.vectors = vectors
        self.queryVectors = queryVectors
    }
}

extension CostModel {
    /// The most that a plan can cost for a request of this shape; what is spent is never more.
    public func cost(of plan: ServingPlan, for shape: RequestShape) -> CostUnits {
        request
            + shape.userFetches * userFetch
            + shape.historyItems * towerHistoryItem
            + shape.filteredRows * filteredRow
            + shape.rows * scan(dimensions: plan.scanDimensions)
            + fetch(shape.queryVectors, from: shape.vectors)
            + fetch(min(plan.shortlist, shape.rows), from: shape.vectors)
            + funnel(of: plan, shape.rows)
    }
}
